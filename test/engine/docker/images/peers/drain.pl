# drain.pl NAME ADDRESS: takes all that TCP 9003 of a unit gives. Tells `drained NAME <bytes in all>` each 100 ms.
require '/sight.pl';
use strict;
use warnings;
use Socket;

my ($name, $address) = @ARGV;
socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
connect($socket, sockaddr_in(9003, inet_aton($address))) or die "connect: $!";
my ($bytes, $next) = (0, now_ns());
while (my $got = sysread $socket, my $buffer, 65536) {
    $bytes += $got;
    next if now_ns() < $next;
    $next = now_ns() + 100_000_000;
    tell_sight('drained', $name, $bytes);
}
