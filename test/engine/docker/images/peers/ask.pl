# ask.pl ADDRESS MS: ends with 0 when port 8080 there answered within that time.
require '/sight.pl';
use strict;
use warnings;
use Socket;
use IO::Select;

my ($address, $within_ms) = @ARGV;
my $deadline = now_ns() + $within_ms * 1_000_000;
my $socket   = nonblocking_socket();
connect($socket, sockaddr_in(8080, inet_aton($address)));
my $selected = IO::Select->new($socket);
exit 1 unless $selected->can_write($within_ms / 1000) && defined syswrite $socket, "GET / HTTP/1.0\r\n\r\n";
exit 1 unless $selected->can_read(($deadline - now_ns()) / 1_000_000_000);
exit(sysread($socket, my $answer, 4096) ? 0 : 1);
