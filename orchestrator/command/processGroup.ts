import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** A process group that was told to end. */
export interface EndingGroup {
  /** Resolves when nothing of it is left; says whether anything was there when its time to end by itself was over. */
  gone: Promise<{ wasAlive: boolean }>;
}

/**
 * Ends a process group: after `delayMs`, if something of it is left, SIGTERM, and after `graceMs` SIGKILL. With no
 * time at all SIGKILL is sent at once.
 */
export function endGroup(leader: number, graceMs: number, delayMs = 0): EndingGroup {
  if (graceMs === 0 && delayMs === 0) {
    signalGroup(leader, 'SIGKILL');
    return { gone: untilGone(leader, killedMs).then(() => ({ wasAlive: true })) };
  }
  if (delayMs === 0) signalGroup(leader, 'SIGTERM');
  return { gone: endSoftly(leader, graceMs, delayMs) };
}

async function endSoftly(leader: number, graceMs: number, delayMs: number): Promise<{ wasAlive: boolean }> {
  if (delayMs > 0) {
    if (await untilGone(leader, delayMs)) return { wasAlive: false };
    signalGroup(leader, 'SIGTERM');
  }
  if (!(await untilGone(leader, graceMs))) {
    signalGroup(leader, 'SIGKILL');
    await untilGone(leader, killedMs);
  }
  return { wasAlive: true };
}

// One that hangs in the kernel is not waited for; a busy machine takes its time to end the others.
const killedMs = 30_000;

/** Waits until no process of the group is left, at most for some time; says whether that came true. */
async function untilGone(leader: number, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  for (let pause = 2; isAlive(leader); pause = Math.min(pause * 2, 100)) {
    const left = end - performance.now();
    if (left <= 0) return false;
    await wait(Math.min(pause, left));
  }
  return true;
}

/** Sends a signal to every process of a group; says whether there was one. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    // EPERM: something is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Says whether a process of the group is left; one that has ended and only waits to be reaped does not count. */
function isAlive(leader: number): boolean {
  return (
    signalGroup(leader, 0) &&
    (listProcesses()?.some(({ group, ended }) => group === leader && !ended) ?? true)
  );
}

/** Reads all processes from /proc; undefined where there is none. */
function listProcesses(): { group: number; ended: boolean }[] | undefined {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(readProcess);
  } catch {
    return undefined;
  }
}

function readProcess(pid: string): { group: number; ended: boolean } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; behind it stand the state, the parent and the group.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { group: Number(group), ended: state === 'Z' || state === 'X' };
  } catch {
    return { group: 0, ended: true };
  }
}
