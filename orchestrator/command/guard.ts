import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { cgroupPrefix, ownCgroup } from './cgroup.ts';

/** The guard over one attempt. */
export interface GuardedAttempt {
  /** Says which process leads the attempt's group, as soon as there is one. */
  leads(leader: number): void;
  /** Says that nothing of the attempt is left. */
  end(): void;
}

/**
 * Has everything that an attempt starts ended should this process die without having done so itself, by SIGKILL for
 * example. It begins before the command does. Where there is no shell, as on Windows, nothing guards.
 */
export function guardAttempt(cookie: string): GuardedAttempt {
  let entry = `none:${cookie}`;
  add(entry);
  return {
    leads(leader) {
      const before = entry;
      entry = `${leader}:${cookie}`;
      add(entry);
      remove(before);
    },
    end: () => remove(entry),
  };
}

/** What is guarded now: `leader:cookie` of each attempt. */
const entries = new Set<string>();
let guard: ChildProcess | undefined;

function add(entry: string): void {
  entries.add(entry);
  if (guard === undefined) startGuard();
  else tell(`+ ${entry}`);
}

function remove(entry: string): void {
  entries.delete(entry);
  tell(`- ${entry}`);
}

/** One guard watches over all attempts of this process; one that was killed gets a successor. */
function startGuard(): void {
  if (process.platform === 'win32') return;
  const own = ownCgroup();
  const child = spawn('/bin/sh', ['-c', script, 'nightshift-guard', own ? `${own}/${cgroupPrefix}` : ''], {
    cwd: '/',
    // A session of its own, so that nothing a terminal sends to all its processes reaches it.
    detached: true,
    // It says at the end what it could not end.
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  guard = child;
  child.once('exit', (_, signal) => {
    guard = undefined;
    if (signal !== null && entries.size > 0) startGuard();
  });
  child.once('error', () => {
    guard = undefined;
  });
  // What is written to one that is gone is told to its successor.
  child.stdin.on('error', () => undefined);
  // Neither keeps this process from ending.
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  for (const entry of entries) tell(`+ ${entry}`);
}

function tell(line: string): void {
  guard?.stdin?.write(`${line}\n`);
}

/**
 * Reads which attempts there are until the other end of the pipe is gone, then ends those that are left: SIGTERM, and
 * SIGKILL for what is there half a second later, which is less than any lease has left. What has left its group is
 * found by the cookie in its environment, and in its control group, whose path begins with the first argument. What is
 * there even then is named on stderr.
 */
const script = `
trap '' INT TERM HUP PIPE
cgroups=$1
entries=' '
while read -r sign entry; do
  case $sign in
    +) entries="$entries$entry " ;;
    -) entries="\${entries%% $entry *} \${entries#* $entry }" ;;
  esac
done
leaders=' ' cookies= directories=
for entry in $entries; do
  leaders="$leaders\${entry%%:*} "
  cookies="$cookies -e \${entry#*:}"
  if [ "$cgroups" ]; then directories="$directories $cgroups\${entry#*:}"; fi
done
[ "$cookies" ] || exit 0
strays() {
  {
    grep -lsF $cookies /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
    for directory in $directories; do cat "$directory/cgroup.procs"; done
  } | sort -un
}
look() {
  read -r stat < "/proc/$1/stat" || return
  name=\${stat#*(} name=\${name%)*} stat=\${stat##*) } state=\${stat%% *}
  stat=\${stat#* } stat=\${stat#* } group=\${stat%% *}
  case $state in Z | X) return 1 ;; esac
}
isMember() {
  case $leaders in *" $group "*) return ;; esac
  return 1
}
# What belongs to another user is there as well.
send() {
  case $(LC_ALL=C kill -s "$1" -- "$2" 2>&1) in '' | *permitted*) found=1 ;; esac
}
signal() {
  found=
  for leader in $leaders; do send "$1" "-$leader"; done
  for pid in $(strays); do
    look "$pid" && ! isMember && send "$1" "$pid"
  done
}
# Names what could not be ended.
tell() {
  left=
  for directory in /proc/[0-9]*; do
    pid=\${directory#/proc/}
    look "$pid" && isMember && left="$left, $pid ($name, of $(stat -c %U "$directory"))"
  done
  for pid in $(strays); do
    look "$pid" && ! isMember && left="$left, $pid ($name, of $(stat -c %U "/proc/$pid"))"
  done
  [ -d /proc/self ] || left=", a process of the groups$leaders"
  [ "$left" ] || return
  why='could not be ended after its worker was killed and may go on'
  echo "[nightshift] $why: \${left#, }. End it with its user's rights, by sudo kill -9 for example." >&3
}
exec 3>&2 2> /dev/null
signal TERM
for pause in 1 2 3 4 5; do
  signal 0
  [ "$found" ] || break
  sleep 0.1 || sleep 1
done
for pause in 1 2 3 4 5 6 7 8 9 10; do
  [ "$found" ] || break
  for directory in $directories; do echo 1 > "$directory/cgroup.kill"; done
  signal KILL
  sleep 0.1 || sleep 1
  signal 0
done
for directory in $directories; do rmdir "$directory"; done
[ "$found" ] && tell
`;
