import { readdirSync, readFileSync } from 'node:fs';
import { carriesCookie } from './cookie.ts';

/** What `/proc` says of a process. */
export interface ProcessState {
  parent: number;
  group: number;
  /** It has ended and only waits to be reaped. */
  ended: boolean;
  /** Of its program, as the process itself may have set it. */
  name: string;
}

/** Says what is not ended with a command on this system; undefined where everything is. */
export function describeLimits(): string | undefined {
  if (listPids() !== undefined) return undefined;
  return 'This system has no /proc: what a command moves out of its process group, by setsid for example, is not ended with it.';
}

/** Lists the numbers of all processes; undefined where there is no `/proc`. */
export function listPids(): number[] | undefined {
  try {
    return readdirSync('/proc').filter(isNumber).map(Number);
  } catch {
    return undefined;
  }
}

/** Reads the state of a process; undefined when it is gone. */
export function readState(pid: number): ProcessState | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; behind it stand the state, the parent and the group.
    const nameEnd = stat.lastIndexOf(')');
    const [state, parent, group] = stat.slice(nameEnd + 2).split(' ');
    const name = stat.slice(stat.indexOf('(') + 1, nameEnd);
    return { parent: Number(parent), group: Number(group), ended: state === 'Z' || state === 'X', name };
  } catch {
    return undefined;
  }
}

/** Reads with whose rights a process runs; undefined when it is gone or there is no `/proc`. */
export function readUser(pid: number): number | undefined {
  try {
    const uid = /^Uid:\t\d+\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return uid === undefined ? undefined : Number(uid);
  } catch {
    return undefined;
  }
}

/**
 * Finds the processes that carry a cookie. A process that starts another one and ends while the table is read could
 * hide it, so the table is read again, a few times, until none has gone meanwhile. Of a command that began a moment
 * ago only processes that are younger than `olderPid` are looked at, since numbers are given out in order.
 */
export function findByCookie(cookie: string, olderPid = 0): number[] {
  for (let tries = 0; ; tries++) {
    const { found, isWhole } = readTable(cookie, olderPid);
    if (found.length > 0 || isWhole || tries === 3) return found;
  }
}

function readTable(cookie: string, olderPid: number): { found: number[]; isWhole: boolean } {
  const pids = listPids() ?? [];
  const young = olderPid > 0 && lastPid() >= olderPid ? pids.filter((pid) => pid >= olderPid) : pids;
  const found: number[] = [];
  let isWhole = true;
  for (const pid of young) {
    const environ = readEnviron(pid);
    if (environ === 'forbidden') continue;
    if (environ !== '' && environ !== undefined) {
      if (carriesCookie(environ, cookie)) found.push(pid);
    } else if (environ === undefined || isStarting(pid)) isWhole = false;
  }
  return { found, isWhole };
}

/** The environment that a process began with; undefined when it is gone. */
function readEnviron(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch (error) {
    return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
      ? 'forbidden'
      : undefined;
  }
}

/** A process without an environment may be one whose program is being loaded just now; a thread of the kernel is none. */
function isStarting(pid: number): boolean {
  const state = readState(pid);
  return state !== undefined && !state.ended && state.parent !== 2 && pid !== 2;
}

/** The number that was given out last; when it is below an older one, numbers began anew. */
function lastPid(): number {
  try {
    return Number(readFileSync('/proc/loadavg', 'utf8').trim().split(' ').at(-1));
  } catch {
    return 0;
  }
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}
