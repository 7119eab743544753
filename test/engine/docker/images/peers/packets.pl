# packets.pl ADDRESS…: every IP packet to and from these addresses, as the kernel of this namespace has it. Tells
# `packet <from> <to> <protocol> <flags of TCP or ->`.
require '/sight.pl';
use strict;
use warnings;
use Socket;

my %wanted = map { $_ => 1 } @ARGV;
socket(my $socket, 17, 2, unpack 'S', pack 'n', 0x0800) or die "socket: $!";
my %names = (1 => 'icmp', 6 => 'tcp', 17 => 'udp');
my @flags = qw(FIN SYN RST PSH ACK);
while (defined recv $socket, my $packet, 65536, 0) {
    my ($head, $protocol, $from, $to) = unpack 'C x8 C x2 a4 a4', $packet;
    ($from, $to) = (inet_ntoa($from), inet_ntoa($to));
    next unless $wanted{$from} || $wanted{$to};
    my $set = $protocol == 6 ? unpack 'C', substr $packet, ($head & 15) * 4 + 13, 1 : 0;
    my $words = join ',', map { $set & 1 << $_ ? $flags[$_] : () } 0 .. 4;
    tell_sight('packet', $from, $to, $names{$protocol} // $protocol, $words eq '' ? '-' : $words);
}
