# On TCP 9003, as many bytes as each connection can carry.
require '/sight.pl';
use strict;
use warnings;
use Socket;

socket(my $door, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($door, SOL_SOCKET, SO_REUSEADDR, 1);
bind($door, sockaddr_in(9003, INADDR_ANY)) or die "bind: $!";
listen($door, 16) or die "listen: $!";
$SIG{CHLD} = 'IGNORE';
my $bytes = 'x' x 65536;
while (accept(my $client, $door)) {
    next if fork;
    while (defined syswrite $client, $bytes) { }
    exit 0;
}
