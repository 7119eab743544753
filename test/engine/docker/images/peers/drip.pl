# drip.pl ADDRESS BITS: sends so many bits a second to TCP 9004 of a sink, in one piece each 10 ms, as long as it takes them.
require '/sight.pl';
use strict;
use warnings;
use Socket;

my ($address, $bits) = @ARGV;
socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
connect($socket, sockaddr_in(9004, inet_aton($address))) or die "connect: $!";
my ($piece, $next) = ('x' x ($bits / 800), now_ns());
while (1) {
    my $at = 0;
    $at += syswrite($socket, $piece, length($piece) - $at, $at) // die "write: $!" while $at < length $piece;
    # Nobody makes up for what was not taken.
    $next = now_ns() if $next < now_ns() - 20_000_000;
    $next += 10_000_000;
    wait_ms(($next - now_ns()) / 1_000_000) if $next > now_ns();
}
