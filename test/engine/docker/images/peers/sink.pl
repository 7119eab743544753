# sink.pl NAME: takes all that one client sends to TCP 9004. Tells `sinking` when it can, and `drained NAME <bytes in all>` each 100 ms.
require '/sight.pl';
use strict;
use warnings;
use Socket;

my ($name) = @ARGV;
socket(my $door, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
bind($door, sockaddr_in(9004, INADDR_ANY)) or die "bind: $!";
listen($door, 1) or die "listen: $!";
tell_sight('sinking');
accept(my $client, $door) or die "accept: $!";
my ($bytes, $next) = (0, now_ns());
while (my $got = sysread $client, my $buffer, 65536) {
    $bytes += $got;
    next if now_ns() < $next;
    $next = now_ns() + 100_000_000;
    tell_sight('drained', $name, $bytes);
}
