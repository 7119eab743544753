# UDP 9001: every datagram goes back to where it came from.
require '/sight.pl';
use strict;
use warnings;
use Socket;

socket(my $socket, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
bind($socket, sockaddr_in(9001, INADDR_ANY)) or die "bind: $!";
while (defined(my $from = recv $socket, my $datagram, 64, 0)) { send $socket, $datagram, 0, $from }
