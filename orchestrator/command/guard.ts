import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { cgroupPrefix, ownCgroup } from './cgroup.ts';
import { guardScript, looks } from './guardScript.ts';

/** The guard over one attempt. */
export interface GuardedAttempt {
  /** Says which process leads the attempt's group, as soon as there is one. */
  leads(leader: number): void;
  /** Says that nothing of the attempt is left. */
  end(): void;
  /** For how many milliseconds this process gave no sign while it was guarded, where that was long enough to end it. */
  hungMs(): number | undefined;
}

/**
 * Has everything that an attempt starts ended should this process die without having done so itself, by SIGKILL for
 * example, or hang for `hangMs`, stopped or blocked, so that others may do its work by then. It begins before the command
 * does. Where there is no shell, as on Windows, nothing guards.
 */
export function guardAttempt(cookie: string, hangMs = Number.POSITIVE_INFINITY): GuardedAttempt {
  let entry = `none:${cookie}`;
  add(entry);
  const signs = giveSigns(hangMs);
  return {
    hungMs: () => signs?.hungMs(),
    leads(leader) {
      const before = entry;
      entry = `${leader}:${cookie}`;
      add(entry);
      remove(before);
    },
    end() {
      signs?.stop();
      remove(entry);
    },
  };
}

/**
 * Tells the guard again and again that this process is alive, twice between two of its looks; a sign that comes after the
 * guard may have ended everything tells how long none came.
 */
function giveSigns(hangMs: number): { stop(): void; hungMs(): number | undefined } | undefined {
  if (!Number.isFinite(hangMs)) return undefined;
  const lookMs = hangMs / looks;
  let [latest, longest] = [performance.now(), 0];
  const sign = () => {
    const now = performance.now();
    longest = Math.max(longest, now - latest);
    latest = now;
    tell(`~ ${(lookMs / 1000).toFixed(3)}`);
  };
  sign();
  const timer = setInterval(sign, lookMs / 2).unref();
  return {
    stop: () => clearInterval(timer),
    // The first of the looks may come at once after the last sign.
    hungMs: () => (longest >= lookMs * (looks - 1) ? longest : undefined),
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
  const child = spawn(
    '/bin/sh',
    ['-c', guardScript, 'nightshift-guard', own ? `${own}/${cgroupPrefix}` : ''],
    {
      cwd: '/',
      // A session of its own, so that nothing a terminal sends to all its processes reaches it.
      detached: true,
      // It says at the end what it could not end.
      stdio: ['pipe', 'ignore', 'inherit'],
    },
  );
  guard = child;
  child.once('exit', (_, signal) => {
    guard = undefined;
    if (signal !== null && entries.size > 0) startGuard();
  });
  child.once('error', () => {
    guard = undefined;
  });
  // What one that is gone did not read is sent to its successor.
  child.stdin.on('error', () => undefined);
  // Neither keeps this process from ending.
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  for (const entry of entries) tell(`+ ${entry}`);
}

/** What is told before the next event goes out together: each call to the system wakes the guard. */
function tell(line: string): void {
  const stdin = guard?.stdin;
  if (!stdin) return;
  stdin.cork();
  process.nextTick(() => stdin.uncork());
  stdin.write(`${line}\n`);
}
