# gossip.pl SELF PEER=ADDRESS…: sends a numbered datagram to each peer each 5 ms, and tells `heard SELF PEER <number>` of
# each that came, and `told SELF <error>` where the kernel says that one cannot go. What one direction of one path carries,
# seen by nobody else.
require '/sight.pl';
use strict;
use warnings;
use Socket;

my ($self, @peers) = @ARGV;
my %address_of = map { my ($name, $address) = split /=/; ($name, scalar sockaddr_in(9010, inet_aton($address))) } @peers;
socket(my $socket, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
bind($socket, sockaddr_in(9010, INADDR_ANY)) or die "bind: $!";
fcntl($socket, POSIX::F_SETFL(), POSIX::O_NONBLOCK()) or die "fcntl: $!";

my ($number, $next) = (0, now_ns());
while (1) {
    while (defined recv $socket, my $datagram, 64, 0) { tell_sight('heard', $self, split / /, $datagram) }
    my $rest_ms = ($next - now_ns()) / 1_000_000;
    if ($rest_ms > 0) {
        my $read = '';
        vec($read, fileno $socket, 1) = 1;
        select $read, undef, undef, $rest_ms / 1000;
        next;
    }
    $next += 5_000_000;
    $number += 1;
    for my $address (values %address_of) {
        defined send $socket, "$self $number", 0, $address or tell_sight('told', $self, $! + 0);
    }
}
