# A unit that knows what befalls it. It answers HTTP on 8080, and each 5 ms it writes the instant to its disk and tells it to
# its WATCHERS, together with what else it knows: when it began and when it listened, when its life before this one began and
# last wrote, between which two instants it last stood still, when it was last asked to end, and how many of the rows that it
# acknowledged it has no more: a row (`/write/N`) is on the disk within 200 ms, and what it acknowledged at once. `/rows` lists.
require '/sight.pl';
use strict;
use warnings;
use Socket;

my $TICK  = 5_000_000;
my $STILL = 60_000_000;
my $FLUSH = 200_000_000;
my $boot  = now_ns();
my ($before, $last) = read_words('/data/last', 0, 0);
my ($term) = read_words('/data/term', 0);
my %rows = map { $_ => 1 } read_words('/data/rows');
my $lost = grep { !$rows{$_} } read_words('/data/acknowledged');
my ($fresh, $flushed) = ('', $boot);
$SIG{TERM} = sub {
    $term = now_ns();
    open my $file, '>', '/data/term' or return;
    syswrite $file, "$term\n";
    return if $ENV{STUBBORN};
    flush_rows();
    beat(now_ns());
    POSIX::_exit(0);
};
open my $rows, '>>', '/data/rows' or die "/data/rows: $!";
open my $acknowledged, '>>', '/data/acknowledged' or die "/data/acknowledged: $!";
open my $disk, '+>', '/data/last' or die "/data/last: $!";

wait_ms($ENV{BOOT_MS}) if $ENV{BOOT_MS};
socket(my $door, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($door, SOL_SOCKET, SO_REUSEADDR, 1);
bind($door, sockaddr_in(8080, INADDR_ANY)) or die "bind: $!";
listen($door, 1024) or die "listen: $!";
my $listened = now_ns();

socket(my $voice, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
my @watchers = map { pack_sockaddr_in(9001, inet_aton($_)) } split ' ', $ENV{WATCHERS};
my ($number, $ticked, $next) = (0, $boot, now_ns());
my ($stood, $went) = (0, 0);
my %clients;
while (1) {
    my $wait = ($next - now_ns()) / 1e9;
    my $read = '';
    vec($read, fileno $_, 1) = 1 for $door, values %clients;
    my $found = select $read, undef, undef, $wait > 0 ? $wait : 0;
    tick() if now_ns() >= $next;
    next if $found <= 0;
    for my $client (values %clients) { answer($client) if vec $read, fileno $client, 1 }
    next unless vec $read, fileno $door, 1;
    accept(my $client, $door) or next;
    $clients{$client} = $client;
}

sub tick {
    my $now = now_ns();
    ($stood, $went) = ($ticked, $now) if $number && $now - $ticked > $STILL;
    ($ticked, $next) = ($now, $now + $TICK);
    $number++;
    beat($now);
    flush_rows() if $now - $flushed > $FLUSH;
    my $words = "$ENV{NAME} $now $boot $listened $before $last $stood $went $term $lost";
    send $voice, $words, 0, $_ for @watchers;
}

sub beat {
    sysseek $disk, 0, 0;
    syswrite $disk, sprintf "%020d %020d\n", $boot, $_[0];
}

sub answer {
    my ($client) = @_;
    my $got = sysread $client, my $text, 4096;
    my $body = 'hi';
    if ($got && $text =~ m{^GET /write/(\d+) }) {
        $rows{$1} = 1;
        $fresh .= "$1 ";
        syswrite $acknowledged, "$1 ";
    }
    elsif ($got && $text =~ m{^GET /rows }) { $body = join ' ', sort { $a <=> $b } keys %rows }
    my $length = length $body;
    syswrite $client, "HTTP/1.0 200 OK\r\nContent-Length: $length\r\nConnection: close\r\n\r\n$body" if $got;
    delete $clients{$client};
    close $client;
}

sub flush_rows {
    syswrite $rows, $fresh if $fresh ne '';
    ($fresh, $flushed) = ('', now_ns());
}

sub read_words {
    my ($path, @none) = @_;
    open my $file, '<', $path or return @none;
    my @words = map { $_ + 0 } split ' ', <$file> // '';
    return @words ? @words : @none;
}
