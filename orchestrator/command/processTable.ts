import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { carriesCookie } from './cookie.ts';

/** What `/proc` says of a process. */
export interface ProcessState {
  parent: number;
  group: number;
  /** It has ended and only waits to be reaped. */
  ended: boolean;
  /** It began with no environment at all; false while its program is being loaded, and of threads of the kernel. */
  bare: boolean;
  /** Of its program, as the process itself may have set it. */
  name: string;
}

/** Says what is not ended with a command on this system; undefined where everything is. */
export function describeLimits(): string | undefined {
  if (listPids() !== undefined) return undefined;
  return 'This system has no /proc: processes that a command moves out of its process group, by setsid for example, keep running after it.';
}

/** Lists the numbers of all processes; undefined where there is no `/proc`. */
export function listPids(): number[] | undefined {
  try {
    return readdirSync('/proc').filter(isNumber).map(Number);
  } catch {
    return undefined;
  }
}

/** Where `/proc/PID/stat` says, behind the name, at which address the environment ends; before it, where it begins. */
const environmentEnd = 48;

/** Reads the state of a process; undefined when it is gone. */
export function readState(pid: number): ProcessState | undefined {
  try {
    const stat = readSmall(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; behind it stand the state, the parent and the group.
    const nameEnd = stat.lastIndexOf(')');
    const fields = stat.slice(nameEnd + 2).split(' ');
    const [state, parent, group] = fields;
    return {
      parent: Number(parent),
      group: Number(group),
      ended: state === 'Z' || state === 'X',
      bare: fields[environmentEnd] !== '0' && fields[environmentEnd] === fields[environmentEnd - 1],
      name: stat.slice(stat.indexOf('(') + 1, nameEnd),
    };
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

/** The processes that carry a cookie. */
export interface CookieHolders {
  pids: number[];
  /** False where one may be there that was not found: its program was being loaded, or it was hidden by another's end. */
  isSure: boolean;
}

/**
 * Finds the processes that carry a cookie. A process that starts another one and ends while the table is read could
 * hide it, so the table is read again, a few times, until none has gone meanwhile. Of a command that began a moment
 * ago only processes whose numbers were given out since that of `olderPid` are looked at.
 */
export function findByCookie(cookie: string, olderPid = 0): CookieHolders {
  const ended = new Set<number>();
  for (let tries = 0; ; tries++) {
    const read = readTable(cookie, olderPid, ended);
    if (read.pids.length > 0 || read.isSure || tries === 3) return read;
  }
}

/** Adds to `ended` what had ended when it was looked at. */
function readTable(cookie: string, olderPid: number, ended: Set<number>): CookieHolders {
  const young = listYoung(olderPid) ?? listPids() ?? [];
  const found: number[] = [];
  let isSure = true;
  for (const pid of young) {
    const environ = readEnviron(pid);
    if (environ === 'forbidden') continue;
    if (environ !== '' && environ !== undefined) {
      if (carriesCookie(environ, cookie)) found.push(pid);
    } else if (isUncertain(pid, ended)) isSure = false;
  }
  return { pids: found, isSure };
}

/** Lists the processes whose numbers were given out since that of another one, where numbers have not begun anew. */
function listYoung(olderPid: number): number[] | undefined {
  if (olderPid === 0) return undefined;
  const few = tryNumbers(olderPid);
  if (few !== undefined) return few;
  const pids = listPids();
  // Read after the list: what is in it and was started since has a number between the two.
  const last = lastPid();
  return last < olderPid ? undefined : pids?.filter((pid) => pid >= olderPid && pid <= last);
}

/**
 * Tries each number since another one, where they are few; threads have numbers too. Undefined where that does not say all:
 * what was started while numbers were tried could have been started by one that is gone, and is tried as well.
 */
function tryNumbers(from: number): number[] | undefined {
  const found: number[] = [];
  let next = from;
  for (let tries = 0; tries < 5; tries++) {
    const last = lastPid();
    if (last < from || last - from > mostTried) return undefined;
    if (last < next) return found;
    for (; next <= last; next++) if (existsSync(`/proc/${next}`)) found.push(next);
  }
  return undefined;
}

const mostTried = 100;

/** The environment that a process began with; undefined when it is gone, or has ended and waits to be reaped. */
function readEnviron(pid: number): string | undefined {
  try {
    return readSmall(`/proc/${pid}/environ`, 'latin1');
  } catch (error) {
    return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
      ? 'forbidden'
      : undefined;
  }
}

/**
 * Says of a process that shows no environment whether it may carry a cookie, or have started one that does since the
 * table was listed: it has ended just now, or has an environment and is loading a program.
 */
function isUncertain(pid: number, ended: Set<number>): boolean {
  const state = readState(pid);
  if (state === undefined) return true;
  if (!state.ended) return !state.bare && state.parent !== 2 && pid !== 2;
  const isOld = ended.has(pid);
  ended.add(pid);
  return !isOld;
}

/** The number that was given out last; when it is below an older one, numbers began anew. */
function lastPid(): number {
  try {
    return Number(readSmall('/proc/loadavg', 'utf8').trim().split(' ').at(-1));
  } catch {
    return 0;
  }
}

// A file of /proc has no size, so `readFileSync` would take this much memory anew for each.
const space = Buffer.allocUnsafe(64 * 1024);

/** Reads a file of `/proc` whole. */
function readSmall(path: string, encoding: 'utf8' | 'latin1'): string {
  const file = openSync(path, 'r');
  try {
    const size = readSync(file, space);
    if (size < space.length) return space.toString(encoding, 0, size);
    const parts = [space.toString('latin1')];
    for (let more = readSync(file, space); more > 0; more = readSync(file, space))
      parts.push(space.toString('latin1', 0, more));
    return Buffer.from(parts.join(''), 'latin1').toString(encoding);
  } finally {
    closeSync(file);
  }
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}
