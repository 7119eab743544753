# names.pl NAME…: looks each name up each 200 ms, as any program does. Tells `name NAME <address>` or `name NAME gone`.
require '/sight.pl';
use strict;
use warnings;

while (1) {
    for my $name (@ARGV) {
        my $address = gethostbyname $name;
        tell_sight('name', $name, defined $address ? inet_ntoa($address) : 'gone');
    }
    wait_ms(200);
}
