# pulse.pl MS ADDRESS…: a numbered datagram to each unit's echo each MS milliseconds. Tells `pulse well` when each has
# answered twenty times, and then, when none has answered for two seconds, for each one
# `pulse dark ADDRESS <ns at which the last datagram was sent that was answered>`. It is the instant of sending that
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

my @last    = (0) x @peers;
my @answers = (0) x @peers;
my ($well, $heard, $next) = (0, now_ns(), now_ns());
while (!$well || now_ns() < $heard + 2_000_000_000) {
    while (defined recv $socket, my $datagram, 64, 0) {
        my ($unit, $sent) = split / /, $datagram;
        $last[$unit] = $sent if $sent > $last[$unit];
        $answers[$unit]++;
        $heard = now_ns();
    }
    if (!$well && !grep { $_ < 20 } @answers) {
        $well = 1;
        tell_sight('pulse', 'well');
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
tell_sight('pulse', 'dark', $addresses[$_], $last[$_]) for 0 .. $#addresses;
