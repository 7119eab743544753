# stream.pl NAME ADDRESS: one connection that stays open, on which both sides talk each 50 ms. Tells `stream NAME` and
# `open`, `tick <boot> <birth>`, `end` (the peer's FIN), `reset`, or another error. Never connects again.
require '/sight.pl';
use strict;
use warnings;
use Socket;
use IO::Select;

my ($name, $address) = @ARGV;
socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
connect($socket, sockaddr_in(9000, inet_aton($address))) or die "connect: $!";
fcntl($socket, POSIX::F_SETFL(), POSIX::O_NONBLOCK()) or die "fcntl: $!";
tell_sight('stream', $name, 'open');

my $readable = IO::Select->new($socket);
my ($text, $ended) = ('', 0);
while (1) {
    if ($ended) { wait_ms(50) }
    elsif ($readable->can_read(0.05)) {
        my $got = sysread $socket, $text, 4096, length $text;
        if (!defined $got) { tell_sight('stream', $name, name_of_error($! + 0)); last }
        if ($got == 0) { tell_sight('stream', $name, 'end'); $ended = 1; next }
        while ($text =~ s/^(\S+ \S+)\n//) { tell_sight('stream', $name, 'tick', $1) }
    }
    next if defined syswrite $socket, 'x';
    next if $! == POSIX::EAGAIN();
    tell_sight('stream', $name, name_of_error($! + 0));
    last;
}
