/**
 * The starter, in Perl: it reads requests from stdin and tells what became of them on stdout, one line each.
 *
 * A request is a frame of the length in four bytes, big-endian, and fields, each with such a length before it:
 * - `start`, id, directory, control group or nothing, program, number of arguments, arguments, names and values of variables
 * - `opened`, id: the other side has opened the output and the starter lets go of it
 *
 * The lines are:
 * - `ready FD`: it can start commands; the other side tries whether it can open this descriptor of the starter, as `ready`
 * - `started ID PID FD FD`: the command runs; its stdout and stderr can be read from these descriptors of the starter
 * - `failed ID ERRNO`: it could not be started
 * - `ended ID STATUS`: how it ended, as wait(2) has it; of what could not be started too
 *
 * Its argument is the number of the system call setsid, which Perl alone lacks; pidfd_open has one number everywhere.
 */
export const starterScript = String.raw`
use strict;
use warnings;
my ($setsid) = @ARGV;
$0 = 'nightshift-starter';
my $pidfdOpen = 434;
my (%watched, %begun, %output, %running);
my ($wanted, $received) = ('', '');

sub report { syswrite STDOUT, "@_\n" }
sub watch {
  my ($handle, $act) = @_;
  $watched{fileno $handle} = { number => fileno $handle, act => $act };
  vec($wanted, fileno $handle, 1) = 1;
}
sub leave {
  my ($handle) = @_;
  (delete $watched{fileno $handle})->{act} = undef;
  vec($wanted, fileno $handle, 1) = 0;
  close $handle;
}
sub openPid {
  my ($pid) = @_;
  my $number = syscall $pidfdOpen, $pid, 0;
  return if $number < 0;
  open my $handle, '<&=', $number or return;
  return $handle;
}

sub become {
  my ($failure, $out, $err, $directory, $cgroup, $program, $count, @rest) = @_;
  syscall $setsid;
  if ($cgroup ne '' and open my $members, '>', "$cgroup/cgroup.procs") { syswrite $members, 0 }
  my @arguments = splice @rest, 0, $count;
  if (chdir $directory and open STDIN, '<', '/dev/null' and open STDOUT, '>&', $out and open STDERR, '>&', $err) {
    %ENV = @rest;
    no warnings 'exec';
    exec { $program } $program, @arguments;
  }
  syswrite $failure, $! + 0;
  kill KILL => $$;
  sleep;
}

sub start {
  my ($id, @command) = @_;
  pipe my $outFrom, my $outTo and pipe my $errFrom, my $errTo and pipe my $isBegun, my $failure
    or return report 'failed', $id, $! + 0;
  my $pid = fork;
  return report 'failed', $id, $! + 0 if not defined $pid;
  become($failure, $outTo, $errTo, @command) if $pid == 0;
  close $failure;
  my $end = openPid($pid);
  if (not $end) {
    my $fault = $! + 0;
    kill KILL => $pid;
    waitpid $pid, 0;
    return report 'failed', $id, $fault;
  }
  $running{$pid} = 1;
  # What is executed has closed the pipe of failures.
  my $begun = sub {
    sysread $isBegun, my $fault, 16;
    leave($isBegun);
    delete $begun{$id};
    if ($fault) {
      report 'failed', $id, $fault;
    } else {
      $output{$id} = [$outFrom, $errFrom];
      report 'started', $id, $pid, fileno $outFrom, fileno $errFrom;
    }
  };
  $begun{$id} = $begun;
  watch($isBegun, $begun);
  watch($end, sub {
    $begun{$id}->() if $begun{$id};
    waitpid $pid, 0;
    my $status = $?;
    delete $running{$pid};
    leave($end);
    report 'ended', $id, $status;
  });
}

# The worker is gone. Its guard ends all of its commands, and this their groups where the guard is gone as well.
sub finish {
  for my $signal ('TERM', 'KILL') {
    kill $signal, map { -$_ } keys %running;
    for (1 .. 20) {
      while ((my $pid = waitpid -1, 1) > 0) { delete $running{$pid} }
      exit if not %running;
      select undef, undef, undef, 0.025;
    }
  }
  exit;
}

sub take {
  for (;;) {
    last if length $received < 4;
    my $length = unpack 'N', $received;
    last if length $received < 4 + $length;
    my ($what, @fields) = unpack '(N/a)*', substr $received, 4, $length;
    $received = substr $received, 4 + $length;
    if ($what eq 'start') { start(@fields) } else { delete $output{$fields[0]} }
  }
}

openPid($$) or exit 1;
{
  pipe my $probe, my $other or exit 1;
  $output{ready} = [$probe, $other];
  report 'ready', fileno $probe;
}
watch(\*STDIN, sub { sysread STDIN, $received, 65536, length $received or finish(); take() });
for (;;) {
  my $ready = $wanted;
  next if select($ready, undef, undef, undef) < 0;
  # A copy, since what acts watches others and leaves some.
  my @ready = grep { vec $ready, $_->{number}, 1 } values %watched;
  for my $one (@ready) {
    my $act = $one->{act};
    $act->() if $act;
  }
}
`;
