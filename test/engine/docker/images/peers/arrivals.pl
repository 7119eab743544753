# arrivals.pl NAME ADDRESS: a new user each 50 ms, who connects, waits for the first line and goes. Tells
# `arrival NAME <ns at which it began> <what came of it>`: `answered <boot> <birth>`, `refused`, `reset`, `ended`,
# `unreachable`, `timeout` (not accepted within 3.5 s, longer than a kernel looks for a neighbour that is gone) or
# `silent` (accepted, then nothing for 1.5 s).
require '/sight.pl';
use strict;
use warnings;
use Socket;

my ($name, $address) = @ARGV;
my $peer = sockaddr_in(9000, inet_aton($address));
my %users;
my $next = now_ns();
while (1) {
    if (now_ns() >= $next) {
        $next += 50_000_000;
        arrive();
    }
    my ($read, $write) = ('', '');
    vec($_->{accepted} ? $read : $write, fileno $_->{socket}, 1) = 1 for values %users;
    select $read, $write, undef, 0.01;
    for my $user (values %users) {
        my $number = fileno $user->{socket};
        if (!$user->{accepted} && vec $write, $number, 1) { accepted($user) }
        elsif ($user->{accepted} && vec $read, $number, 1) { listen_to($user) }
        elsif (now_ns() >= $user->{deadline}) { leave($user, $user->{accepted} ? 'silent' : 'timeout') }
    }
}

sub arrive {
    my $began = now_ns();
    my $user  = { socket => nonblocking_socket(), began => $began, deadline => $began + 3_500_000_000 };
    $users{$user} = $user;
    return if connect $user->{socket}, $peer;
    leave($user, name_of_error($! + 0)) if $! != POSIX::EINPROGRESS();
}

sub accepted {
    my ($user) = @_;
    my $error = unpack 'i', getsockopt($user->{socket}, SOL_SOCKET, SO_ERROR);
    return leave($user, name_of_error($error)) if $error;
    $user->{accepted} = 1;
    $user->{deadline} = now_ns() + 1_500_000_000;
}

sub listen_to {
    my ($user) = @_;
    my $got = sysread $user->{socket}, my $text, 4096;
    return leave($user, name_of_error($! + 0)) unless defined $got;
    return leave($user, 'ended') if $got == 0;
    leave($user, 'answered', $text =~ /^(\S+) (\S+)\n/);
}

sub leave {
    my ($user, @words) = @_;
    tell_sight('arrival', $name, $user->{began}, @words);
    close $user->{socket};
    delete $users{$user};
}
