# Hears the hearts of all units. Tells `silent NAME <last stamp>` of one that is not heard for 300 ms, `heard NAME <last stamp>
# <stamp>` when a heart is heard again after more than 60 ms, and `fact NAME <boot> <listened> <before> <last> <stood> <went>
# <term> <lost>` whenever one of these has changed.
require '/sight.pl';
use strict;
use warnings;
use Socket;

my ($GAP, $SILENCE) = (60_000_000, 300_000_000);
socket(my $ear, PF_INET, SOCK_DGRAM, 0) or die "socket: $!";
setsockopt($ear, SOL_SOCKET, SO_RCVBUF, 4 << 20);
bind($ear, sockaddr_in(9001, INADDR_ANY)) or die "bind: $!";

my (%last, %facts, %heard, %silent);
my $look = now_ns();
while (1) {
    my $read = '';
    vec($read, fileno $ear, 1) = 1;
    if (select($read, undef, undef, 0.05) > 0) { hear() }
    next if now_ns() < $look;
    $look = now_ns() + 50_000_000;
    for my $name (keys %heard) {
        next if $silent{$name} || now_ns() - $heard{$name} < $SILENCE;
        $silent{$name} = 1;
        tell_sight('silent', $name, $last{$name});
    }
}

sub hear {
    recv $ear, my $text, 512, 0;
    my ($name, $stamp, $facts) = split ' ', $text, 3;
    my $now = now_ns();
    if (!defined $heard{$name}) { tell_sight('first', $name, $stamp) }
    elsif ($silent{$name} || $now - $heard{$name} > $GAP) { tell_sight('heard', $name, $last{$name}, $stamp) }
    if (($facts{$name} // '') ne $facts) { tell_sight('fact', $name, $facts) }
    ($facts{$name}, $last{$name}, $heard{$name}, $silent{$name}) = ($facts, $stamp, $now, 0);
}
