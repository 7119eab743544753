# A service that can be watched. On TCP 9000 every connection gets a line each 50 ms: `<boot> <birth>`, a word that lives
# in memory and one that lives on the disk. On TCP 9003 every connection gets as many bytes as it can carry. A number in
# /data/count grows each 10 ms. It never reads what its clients send, as a server that is busy.
require '/sight.pl';
use strict;
use warnings;
use Socket;
use IO::Select;

srand(now_ns() ^ $$);
my $boot  = sprintf '%08x', rand 2**32;
my $birth = read_or_write('/data/birth', sprintf '%08x', rand 2**32);

my $pourer = fork // die "fork: $!";
exec 'perl', '/pour.pl' if $pourer == 0;

socket(my $door, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($door, SOL_SOCKET, SO_REUSEADDR, 1);
bind($door, sockaddr_in(9000, INADDR_ANY)) or die "bind: $!";
listen($door, 1024) or die "listen: $!";

my @clients;
# A polite goodbye: what is open is ended, then the process ends.
$SIG{TERM} = sub {
    return if $ENV{STUBBORN};
    shutdown $_, 1 for @clients;
    wait_ms(20);
    exit 0;
};

my $doors = IO::Select->new($door);
my ($counts, $next_tick) = (0, now_ns());
while (1) {
    if ($doors->can_read(0.01)) {
        accept(my $client, $door) or next;
        push @clients, $client if greet($client);
    }
    count();
    next if now_ns() < $next_tick;
    $next_tick = now_ns() + 50_000_000;
    @clients = grep { greet($_) } @clients;
}

sub greet { return defined syswrite $_[0], "$boot $birth\n" }

sub count {
    return unless -d '/data';
    open my $file, '>', '/data/count.new' or return;
    print {$file} ++$counts;
    close $file;
    rename '/data/count.new', '/data/count';
}

sub read_or_write {
    my ($path, $word) = @_;
    return 'none' unless -d '/data';
    if (open my $file, '<', $path) { return <$file> }
    open my $file, '>', $path or die "$path: $!";
    print {$file} $word;
    close $file;
    return $word;
}
