import { readFileSync } from 'node:fs';

/**
 * Tells whether the process that had this pid at that start time still lives, so that a pid given to
 * another process since then does not count. Without a start time the pid alone decides.
 */
export function processIsAlive(pid: number, startTime: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = processStartTime(pid);
  return startTime === null || now === null || now === startTime;
}

/** When a process began, in ticks since a boot that is named; null where the system has no /proc. */
export function processStartTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The name in parentheses may hold spaces; the 22nd field of the line is the 20th behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; it only waits for its parent to read the exit code.
    if (fields[0] === 'Z') return 'ended';
    return fields[19] === undefined ? null : `${boot}/${fields[19]}`;
  } catch {
    return null;
  }
}
