# idle.pl NAME ADDRESS PORT: one connection on which this side only ever listens. Tells `idle NAME` and `open`, `end` (the
# peer's FIN), `reset`, or another error; of what comes it says nothing.
require '/sight.pl';
use strict;
use warnings;
use Socket;

my ($name, $address, $port) = @ARGV;
socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
connect($socket, sockaddr_in($port, inet_aton($address))) or die "connect: $!";
tell_sight('idle', $name, 'open');
my $got;
1 while $got = sysread $socket, my $buffer, 65536;
tell_sight('idle', $name, defined $got ? 'end' : name_of_error($! + 0));
wait_ms(1000) while 1;
