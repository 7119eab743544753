# A web server on 8080 that answers everything with 200 and a word that lives in its memory.
require '/sight.pl';
use strict;
use warnings;
use Socket;
use IO::Select;

srand(now_ns() ^ $$);
my $boot = sprintf '%08x', rand 2**32;
socket(my $door, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($door, SOL_SOCKET, SO_REUSEADDR, 1);
bind($door, sockaddr_in(8080, INADDR_ANY)) or die "bind: $!";
listen($door, 128) or die "listen: $!";
$SIG{TERM} = sub { exit 0 };
while (1) {
    accept(my $client, $door) or next;
    next unless IO::Select->new($client)->can_read(1) && sysread $client, my $request, 4096;
    syswrite $client, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\n$boot";
    shutdown $client, 1;
}
