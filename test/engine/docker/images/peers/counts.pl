# counts.pl NAME FILE: what a running process wrote to the volume that we share. Tells `count NAME <number>` each 50 ms.
require '/sight.pl';
use strict;
use warnings;

my ($name, $path) = @ARGV;
while (1) {
    if (open my $file, '<', $path) {
        my $count = <$file>;
        tell_sight('count', $name, $count) if defined $count;
    }
    wait_ms(50);
}
