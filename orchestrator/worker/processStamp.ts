import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process as it can be recognised later, when its pid may belong to another. */
export interface ProcessStamp {
  pid: number;
  host: string;
  /** When it began, as the system counts it; null where the system does not tell. */
  began: string | null;
}

/** Describes this process. */
export function stampOwn(): ProcessStamp {
  return { pid: process.pid, host: hostname(), began: beginOf(process.pid) };
}

/** Says whether that process still lives; of another machine's nothing can be known, so they count as alive. */
export function stillLives(stamp: ProcessStamp): boolean {
  if (stamp.host !== hostname()) return true;
  try {
    process.kill(stamp.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const began = beginOf(stamp.pid);
  return began === null || stamp.began === null || began === stamp.began;
}

function beginOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The name in parentheses may hold anything; the start time is the 20th field behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : `${boot}/${fields[19]}`;
  } catch {
    return null;
  }
}

/**
 * Names the place in which a process sees others, until the next boot: only there can it say what is left of one that is
 * gone. Undefined where the system does not tell.
 */
export function ownPlace(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()}/${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}
