import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A control group of Linux that holds what one command starts, whatever it does with its session and environment. */
export interface Cgroup {
  /** Where the system shows it. */
  directory: string;
  /** Starts a process inside: this process goes in, starts it, and comes back. */
  startInside<T>(start: () => T): T;
  /** The processes that are inside. */
  pids(): number[];
  /** Ends all of them at once. */
  kill(): void;
  /** Removes the group, which must be empty. */
  remove(): void;
}

/** Makes the control group of an attempt; undefined where this process may make none. */
export function makeCgroup(cookie: string): Cgroup | undefined {
  const own = ownCgroup();
  if (own === undefined) return undefined;
  const directory = join(own, cgroupPrefix + cookie);
  // Once this process is not sure to be outside, the group must not be killed.
  let isLeft = true;
  try {
    mkdirSync(directory);
  } catch {
    // Nobody delegated it to us.
    isUsable = false;
    return undefined;
  }
  return {
    directory,
    startInside(start) {
      if (!move(directory)) return start();
      try {
        return start();
      } finally {
        isLeft = move(own);
      }
    },
    pids: () => (isLeft ? pidsIn(directory) : []),
    kill() {
      if (isLeft && !write(join(directory, 'cgroup.kill'), '1'))
        for (const pid of pidsIn(directory)) signal(pid);
    },
    remove: () => remove(directory),
  };
}

export const cgroupPrefix = 'nightshift-';

let isUsable = true;

/** The directory of the control group that this process is in, where it could make others; version 2 only. */
export function ownCgroup(): string | undefined {
  if (!isUsable) return undefined;
  try {
    const path = /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    const mount = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map(readMount).find(Boolean);
    if (path !== undefined && mount !== undefined) return join(mount, path);
  } catch {
    // There is no /proc.
  }
  isUsable = false;
  return undefined;
}

/** Where a line of `mountinfo` mounts control groups: the fifth word, the type behind a dash. */
function readMount(line: string): string | undefined {
  const [before = '', after = ''] = line.split(' - ');
  return after.startsWith('cgroup2 ') ? before.split(' ')[4] : undefined;
}

function move(directory: string): boolean {
  return write(join(directory, 'cgroup.procs'), String(process.pid));
}

function write(path: string, text: string): boolean {
  try {
    writeFileSync(path, text);
    return true;
  } catch {
    return false;
  }
}

function pidsIn(directory: string): number[] {
  try {
    const own = readFileSync(join(directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
    return [...own, ...foldersIn(directory).flatMap(pidsIn)].filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

function remove(directory: string): void {
  try {
    for (const folder of foldersIn(directory)) remove(folder);
    rmdirSync(directory);
  } catch {
    // What hangs in the kernel keeps it.
  }
}

function foldersIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name));
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** Finds the control group of an attempt whose worker is gone, below the group that this worker was in. */
export function leftCgroup(own: string, cookie: string): Cgroup | undefined {
  const directory = join(own, cgroupPrefix + cookie);
  if (!existsSync(directory)) return undefined;
  return {
    directory,
    startInside: (start) => start(),
    pids: () => pidsIn(directory),
    kill() {
      if (!write(join(directory, 'cgroup.kill'), '1')) for (const pid of pidsIn(directory)) signal(pid);
    },
    remove: () => remove(directory),
  };
}
