# What the programs here share: the kernel's clock, and one line for each thing that was seen.
use strict;
use warnings;
use POSIX ();
use Socket;

my $CLOCK_GETTIME = (POSIX::uname())[4] eq 'aarch64' ? 113 : 228;

# Nanoseconds since 1970.
sub now_ns {
    my $buffer = "\0" x 16;
    syscall($CLOCK_GETTIME, 0, $buffer);
    my ($seconds, $nanoseconds) = unpack 'qq', $buffer;
    return $seconds * 1_000_000_000 + $nanoseconds;
}

# `<ns> <word> <word> …` in one write, so that programs which share an output never mix their lines.
sub tell_sight { syswrite STDOUT, join(' ', now_ns(), @_) . "\n" }

sub wait_ms { select undef, undef, undef, $_[0] / 1000 }

# A word for the error of a socket.
sub name_of_error {
    my ($error) = @_;
    return 'refused'     if $error == POSIX::ECONNREFUSED();
    return 'reset'       if $error == POSIX::ECONNRESET() || $error == POSIX::EPIPE();
    return 'unreachable' if $error == POSIX::EHOSTUNREACH() || $error == POSIX::ENETUNREACH();
    return 'timeout'     if $error == POSIX::ETIMEDOUT();
    return "error-$error";
}

sub nonblocking_socket {
    socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
    fcntl($socket, POSIX::F_SETFL(), POSIX::O_NONBLOCK()) or die "fcntl: $!";
    return $socket;
}

$SIG{PIPE} = 'IGNORE';
1;
