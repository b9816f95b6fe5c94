import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Has a process group ended should this process die without having done so itself, by SIGKILL for example; the
 * returned function says that the group is gone. Where there is no shell, as on Windows, nothing guards.
 */
export function guardGroup(leader: number): () => void {
  groups.add(leader);
  if (guard === undefined) startGuard();
  else tell(`+ ${leader}`);
  return () => {
    groups.delete(leader);
    tell(`- ${leader}`);
  };
}

const groups = new Set<number>();
let guard: ChildProcess | undefined;

/** One guard watches over all groups of this process; one that was killed gets a successor. */
function startGuard(): void {
  if (process.platform === 'win32') return;
  const child = spawn('/bin/sh', ['-c', script, 'nightshift-guard'], {
    cwd: '/',
    // A session of its own, so that nothing a terminal sends to all its processes reaches it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard = child;
  child.once('exit', (_, signal) => {
    guard = undefined;
    if (signal !== null && groups.size > 0) startGuard();
  });
  child.once('error', () => {
    guard = undefined;
  });
  // What is written to one that is gone is told to its successor.
  child.stdin.on('error', () => undefined);
  // Neither keeps this process from ending.
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  for (const leader of groups) tell(`+ ${leader}`);
}

function tell(line: string): void {
  guard?.stdin?.write(`${line}\n`);
}

/**
 * Reads which groups there are until the other end of the pipe is gone, then ends those that are left: SIGTERM, and
 * SIGKILL for what is there half a second later, which is less than any lease has left.
 */
const script = `
trap '' INT TERM HUP
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
signal() { for group in $groups; do kill -s "$1" -- "-$group" && found=1; done 2>/dev/null; }
signal TERM
for pause in 1 2 3 4 5; do
  found=
  signal 0
  [ "$found" ] || exit 0
  sleep 0.1 || sleep 1
done
signal KILL
`;
