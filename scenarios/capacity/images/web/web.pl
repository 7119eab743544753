# A web server for which every page is 2 ms of work, all of its own included: it computes until its clock of processor time
# says so. So a unit with `limits: { cpu: 0.04 }` serves 20 pages a second on any machine, and not one more.
use strict;
use warnings;
use POSIX ();
use Socket;

my $WORK_NS       = 2_000_000;
my $CLOCK_GETTIME = (POSIX::uname())[4] eq 'aarch64' ? 113 : 228;
my $PROCESS_TIME  = 2;

# Health is told by a process of its own: a server that is busy is not dead, and must not be taken for it.
if (!fork) { serve(8081, 0) }
serve(8080, $WORK_NS);

sub serve {
    my ($port, $work_ns) = @_;
    socket(my $server, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
    setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1);
    bind($server, sockaddr_in($port, INADDR_ANY)) or die "bind: $!";
    listen($server, 128) or die "listen: $!";
    my $done = cpu_ns();
    while (1) {
        accept(my $client, $server) or next;
        sysread $client, my $question, 4096;
        1 while cpu_ns() < $done + $work_ns;
        $done = cpu_ns();
        syswrite $client, "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        close $client;
    }
}

# The processor time that this process has used, in nanoseconds.
sub cpu_ns {
    my $buffer = "\0" x 16;
    syscall($CLOCK_GETTIME, $PROCESS_TIME, $buffer);
    my ($seconds, $nanoseconds) = unpack 'qq', $buffer;
    return $seconds * 1_000_000_000 + $nanoseconds;
}
