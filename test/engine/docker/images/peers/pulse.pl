# pulse.pl MS ADDRESS…: a numbered datagram to each unit's echo each MS milliseconds. On SIGTERM, tells for each
# `pulse ADDRESS <ns at which the last one was sent that was answered> <answers>`. It is the instant of sending that
# counts: it is right even when the answer was read late.
require '/sight.pl';
use strict;
use warnings;
use Socket;

my ($every_ms, @addresses) = @ARGV;
my @peers = map { scalar sockaddr_in(9001, inet_aton($_)) } @addresses;
socket(my $socket, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
setsockopt($socket, SOL_SOCKET, SO_RCVBUF, 4_000_000);
fcntl($socket, POSIX::F_SETFL(), POSIX::O_NONBLOCK()) or die "fcntl: $!";

my (@last, @answers);
my $done = 0;
$SIG{TERM} = sub { $done = 1 };
my $next = now_ns();
while (!$done) {
    while (defined recv $socket, my $datagram, 64, 0) {
        my ($unit, $sent) = split / /, $datagram;
        $last[$unit] = $sent if $sent > ($last[$unit] // 0);
        $answers[$unit]++;
    }
    my $rest_ms = ($next - now_ns()) / 1_000_000;
    if ($rest_ms > 0) {
        my $read = '';
        vec($read, fileno $socket, 1) = 1;
        select $read, undef, undef, $rest_ms / 1000;
        next;
    }
    $next = now_ns() + $every_ms * 1_000_000;
    send $socket, join(' ', $_, now_ns()), 0, $peers[$_] for 0 .. $#peers;
}
tell_sight('pulse', $addresses[$_], $last[$_] // 0, $answers[$_] // 0) for 0 .. $#addresses;
