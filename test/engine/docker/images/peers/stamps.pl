# stamps.pl FOLDER: two processes that write the kernel's clock to a file of their own each millisecond, as proof of when their
# last instruction ran; TCP 9000 is open, and nobody says anything there. A file of an earlier life is kept as `old-…`.
require '/sight.pl';
use strict;
use warnings;
use Socket;

my ($folder) = @ARGV;
rename "$folder/stamp-$_", "$folder/old-$_" for 1, 2;
socket(my $door, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($door, SOL_SOCKET, SO_REUSEADDR, 1);
bind($door, sockaddr_in(9000, INADDR_ANY)) or die "bind: $!";
listen($door, 64) or die "listen: $!";
my $name = fork ? 1 : 2;
$SIG{TERM} = sub { exit 0 unless $ENV{STUBBORN} };
open my $file, '>', "$folder/stamp-$name" or die "$folder: $!";
while (1) {
    syswrite $file, now_ns() . "\n";
    select undef, undef, undef, 0.0005;
}
