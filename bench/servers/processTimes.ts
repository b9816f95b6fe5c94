import { readdirSync, readFileSync } from 'node:fs';

/**
 * Processor time of a process so far, all its threads, in milliseconds; with `children` also that of all that it has
 * started, whether it has ended or not. Null where the system does not tell.
 */
export function readCpuMillis(pid: number, children = false): number | null {
  const own = readOwnMillis(pid, children);
  if (own === null || !children) return own;
  return listChildren(pid).reduce((sum, child) => sum + (readCpuMillis(child, true) ?? 0), own);
}

function listChildren(pid: number): number[] {
  return listThreads(pid).flatMap((thread) =>
    (readProc(pid, `task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
}

function readOwnMillis(pid: number, withEnded: boolean): number | null {
  const text = readProc(pid, 'stat');
  if (text === null) return null;
  // The numbers 14 to 17 (proc(5)) are user and system time in hundredths of a second: its own, and its children's.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [own = 0, ownSystem = 0, childrens = 0, childrensSystem = 0] = fields.slice(11, 15);
  // Threads tell their time to the nanosecond, but those that have ended are in the hundredths alone.
  const ownMillis = Math.max((own + ownSystem) * 10, readThreadMillis(pid));
  return ownMillis + (withEnded ? (childrens + childrensSystem) * 10 : 0);
}

function readThreadMillis(pid: number): number {
  return listThreads(pid).reduce((sum, thread) => {
    const [nanoseconds = '0'] = (readProc(pid, `task/${thread}/schedstat`) ?? '').split(' ');
    return sum + Number(nanoseconds) / 1e6;
  }, 0);
}

function listThreads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Reads a file of /proc about a process; null where there is none. */
export function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}
