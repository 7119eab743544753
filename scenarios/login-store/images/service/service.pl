# The two services of a messenger, one process each: `chat` and `login`.
#
#   POST /login                 200 with a session, once the store of sessions has it, else 503
#   GET  /chat?user=…&sign=…    200 where the session's signature is right, else 403; asks nobody
#   GET  /health                200
#
# A session carries a signature, so that whoever has one needs no store to be believed.
use strict;
use warnings;
use IO::Socket::INET;

my $role = $ARGV[0];
my $key  = $ENV{SIGNING_KEY} // die "SIGNING_KEY is not set\n";
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 128, ReuseAddr => 1) or die "listen: $@";
$SIG{CHLD} = 'IGNORE';

while (my $client = $server->accept) {
    # A process for each question: one that waits for a silent store keeps nobody else waiting.
    if (my $child = fork) { close $client; next }
    answer($client);
    exit;
}

sub answer {
    my ($client) = @_;
    my $question = '';
    sysread $client, $question, 4096;
    my ($method, $path) = $question =~ m{^(\S+) (\S+)};
    my ($status, $body) = route($method // '', $path // '');
    my %words = (200 => 'OK', 403 => 'Forbidden', 404 => 'Not Found', 503 => 'Service Unavailable');
    my $length = length $body;
    syswrite $client, "HTTP/1.0 $status $words{$status}\r\nContent-Length: $length\r\n\r\n$body";
    close $client;
}

sub route {
    my ($method, $path) = @_;
    return (200, 'well') if $path eq '/health';
    if ($role eq 'chat' && $path =~ m{^/chat\?user=(\w+)&sign=([\w./]+)$}) {
        return $2 eq sign($1) ? (200, "hello, $1") : (403, 'no such session');
    }
    if ($role eq 'login' && $method eq 'POST' && $path eq '/login') {
        my $user = "user$$";
        return store($user) ? (200, "user=$user&sign=" . sign($user)) : (503, 'the store of sessions does not answer');
    }
    return (404, 'there is nothing here');
}

sub sign {
    my ($user) = @_;
    my ($signature) = crypt("$user $key", '$5$firedrill$') =~ m{([^\$]+)$};
    return $signature;
}

# True when the store has the session.
sub store {
    my ($user) = @_;
    my $store = IO::Socket::INET->new(PeerAddr => 'sessions-pangyo', PeerPort => 6379, Timeout => 1) or return 0;
    syswrite $store, "SET session:$user 1 EX 3600\r\n";
    my $heard = '';
    vec(my $wanted = '', fileno $store, 1) = 1;
    sysread $store, $heard, 64 if select $wanted, undef, undef, 1;
    return $heard =~ /^\+OK/;
}
