/**
 * What the hand runs: `perl -e HAND_PROGRAM deed at limit wanted…`, instants in nanoseconds since 1970. Each wanted is
 * `container:frozen:program`. At its instant it does its deed to the processes that are there by then, and tells of each
 * wanted, by its place in the list, when it began, when it was done, and with how many processes; of one without, nothing.
 *
 * `halt`: every process of the containers runs no instruction any more; the signal is sent to each thread, so that none
 * waits for another to have it. `kill`: the first process of each container ends, or those that run the program.
 */
export const HAND_PROGRAM = String.raw`use strict;
my ($deed, $at, $limit, @wanted) = @ARGV;
my %calls = (x86_64 => [228, 234], aarch64 => [113, 131]);
chomp(my $machine = qx(uname -m));
my ($clock, $tgkill) = @{$calls{$machine} || []};
defined $clock or print("nobody knows the clock of $machine\n"), exit 70;
sub look_at { my $b = "\0" x 16; syscall($clock, $_[0], $b); my ($s, $n) = unpack 'q2', $b; $s * 1000000000 + $n }
sub now { look_at(0) }
# What time of day it would be had nobody set it meanwhile: an instant comes when it was meant to, and nobody waits in vain.
my $apart = now() - look_at(1);
sub meant { $apart + look_at(1) }
sub slurp { open my $f, '<', $_[0] or return ''; local $/; my $t = <$f>; defined $t ? $t : '' }
sub rest { my $left = $_[0] - meant(); select undef, undef, undef, $left / 1e9 if $left > 0 }
sub in_time { return if meant() <= $limit; print "it came too late\n"; exit 75 }
setpriority 0, 0, -20;
# Real time, where the kernel lets a container have it.
system "chrt -f -p 50 $$ >/dev/null 2>&1";
my (%of, %frozen, %program, %known, %from, %to, %count);
for my $i (0 .. $#wanted) {
  (my $id, $frozen{$i}, $program{$i}) = split /:/, $wanted[$i], 3;
  $of{$id} = $i;
}
my $ids = join '|', keys %of;
# Finds processes that were not seen yet, with an argument also among those that were no one's; returns what is new.
sub look {
  my ($again) = @_;
  opendir my $d, '/proc' or return;
  my @found;
  for my $pid (grep /^\d+$/, readdir $d) {
    next if exists $known{$pid} && ($known{$pid} >= 0 || !$again);
    my $own = slurp("/proc/$pid/cgroup") =~ /($ids)/ ? $of{$1} : -1;
    # One that Docker is still making is no process of the unit.
    next if $own >= 0 && slurp("/proc/$pid/comm") =~ /^runc(:|$)/;
    $known{$pid} = $own;
    push @found, $pid if $own >= 0;
  }
  return @found;
}
sub tids { opendir my $d, "/proc/$_[0]/task" or return; grep /^\d+$/, readdir $d }
sub is_gone { slurp("/proc/$_[0]/status") !~ /^State:\s+[^ZX]/m }
# One with the signal pending runs no instruction of its own before it stands.
sub stands {
  my $status = slurp("/proc/$_[0]/task/$_[1]/status");
  return $status !~ /^State:\s+[^TtZX]/m || $status =~ /^SigPnd:\s+[0-9a-f]*[4-7c-f][0-9a-f]{4}$/m;
}
sub halt_all {
  my (%tids) = @_;
  my @moving = keys %tids;
  for (my $round = 0; @moving || $round < 3; $round++) {
    for my $pid (@moving) {
      $from{$known{$pid}} ||= now();
      syscall $tgkill, $pid + 0, $_ + 0, 19 for @{$tids{$pid}};
      kill 'STOP', $pid;
    }
    my @left;
    for my $pid (@moving) {
      if (grep !stands($pid, $_), tids($pid)) { push @left, $pid } else { $to{$known{$pid}} = now() }
    }
    my @new = look($round == 1);
    @moving = (@left, @new);
    $tids{$_} = [tids($_)] for @moving;
    in_time();
    rest(meant() + 300000) if $round > 3;
  }
  $count{$known{$_}}++ for grep $known{$_} >= 0, keys %known;
}
sub runs {
  my ($pid, $program) = @_;
  my ($own, @args) = split /\0/, slurp("/proc/$pid/cmdline");
  my ($script) = grep !/^-/, @args;
  return grep { defined && m{(^|/)\Q$program\E$} } $own, $script, slurp("/proc/$pid/comm") =~ s/\n//r;
}
sub is_victim {
  my ($pid) = @_;
  my $own = $known{$pid};
  return 0 if $own < 0 || is_gone($pid);
  return runs($pid, $program{$own}) if $program{$own} ne '';
  # What is frozen must not run when it is thawed for the signal to act, not one of its processes.
  return $frozen{$own} || slurp("/proc/$pid/status") =~ /^NSpid:.*\s1$/m;
}
sub kill_them {
  my @victims = grep is_victim($_), keys %known;
  for my $pid (@victims) {
    my $own = $known{$pid};
    $from{$own} ||= now();
    next unless kill 'KILL', $pid;
    $count{$own}++;
    $to{$own} = now();
  }
  # Until a process has closed its door, its kernel lets callers in.
  for (my @left = grep !$frozen{$known{$_}}, @victims; @left;) {
    my @living;
    for my $pid (@left) { if (is_gone($pid)) { $to{$known{$pid}} = now() } else { push @living, $pid } }
    @left = @living;
    in_time();
    rest(meant() + 200000) if @left;
  }
}
my $began = meant();
look();
my $early = 2 * (meant() - $began) + 10000000;
in_time();
rest($at - $early);
%known = ();
look();
my %tids = map { $_ => [tids($_)] } grep $known{$_} >= 0, keys %known;
rest($at - 2000000);
1 while meant() < $at;
in_time();
if ($deed eq 'halt') { halt_all(%tids) } else { look(); kill_them() }
for my $i (sort { $a <=> $b } keys %count) { print "$i $from{$i} ", $to{$i} // now(), " $count{$i}\n" }
`;
