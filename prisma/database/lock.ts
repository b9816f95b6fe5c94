import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseLockedError } from './errors.ts';
import { processIsAlive, processStartTime } from './processes.ts';

/** What the lock file says of the process that holds the data directory. */
export interface LockHolder {
  pid: number;
  host: string;
  /** ISO-8601, UTC. */
  startedAt: string;
  /** When the process began, as the system counts it; null where the system does not tell. */
  processStartTime: string | null;
  /** Where the holder answers requests, once it does. */
  url?: string;
}

export interface DataLock {
  /** Adds to what the lock file says, so that others find the server that runs on this directory. */
  update(facts: { url: string }): void;
  release(): void;
}

interface LockFile extends LockHolder {
  token: string;
}

/**
 * Takes the data directory for this process, or throws DatabaseLockedError at once when a living process
 * holds it. The lock of a process that is gone is taken over; of several takers one wins.
 */
export function acquireLock(dataDir: string): DataLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = lockPath(dataDir);
  let mine: LockFile = {
    pid: process.pid,
    host: hostname(),
    startedAt: new Date().toISOString(),
    processStartTime: processStartTime(process.pid),
    token: randomUUID(),
  };
  take(path, mine, dataDir);

  const release = () => {
    process.removeListener('exit', release);
    if (readFile(path)?.token === mine.token) rmSync(path, { force: true });
  };
  process.once('exit', release);
  return {
    release,
    update(facts) {
      mine = { ...mine, ...facts };
      if (readFile(path)?.token === mine.token) replace(path, mine);
    },
  };
}

/** Tells which living process holds the data directory; null when none does. */
export function readLock(dataDir: string): LockHolder | null {
  const file = readFile(lockPath(dataDir));
  if (!file || !isHeld(file)) return null;
  const { token: _token, ...holder } = file;
  return holder;
}

function lockPath(dataDir: string): string {
  return join(dataDir, 'nightshift.lock');
}

// Only who holds `<path>.next` may replace the lock of a dead process, and looks again before doing so.
function take(path: string, mine: LockFile, dataDir: string): void {
  if (create(path, mine)) return;
  const found = readFile(path);
  if (found && isHeld(found)) throw locked(found, path, dataDir);
  const next = `${path}.next`;
  take(next, mine, dataDir);
  try {
    const now = readFile(path);
    if (now && isHeld(now)) throw locked(now, path, dataDir);
    replace(path, mine);
  } finally {
    rmSync(next, { force: true });
  }
}

// A hard link appears with its whole content or not at all, and fails when the name exists.
function create(path: string, content: LockFile): boolean {
  const draft = writeDraft(path, content);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replace(path: string, content: LockFile): void {
  renameSync(writeDraft(path, content), path);
}

function writeDraft(path: string, content: LockFile): string {
  const draft = `${path}.${content.token}.draft`;
  writeFileSync(draft, `${JSON.stringify(content)}\n`, { flush: true, mode: 0o600 });
  return draft;
}

function readFile(path: string): LockFile | null {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as LockFile;
    return Number.isInteger(value?.pid) ? value : null;
  } catch {
    return null;
  }
}

// Of another machine's processes nothing can be known from here, so their locks count as held.
function isHeld(file: LockFile): boolean {
  return file.host !== hostname() || processIsAlive(file.pid, file.processStartTime);
}

function locked(holder: LockFile, path: string, dataDir: string): DatabaseLockedError {
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
  const served = holder.url ? `, which answers at ${holder.url}` : '';
  const advice =
    holder.host === hostname()
      ? 'Use that server, stop it, or choose another directory with NIGHTSHIFT_DATA.'
      : `Use that server from here with API_BASE and API_KEY. If that process is gone for certain, delete ${path}.`;
  return new DatabaseLockedError(
    `The data directory ${dataDir} is in use by process ${holder.pid}${where}${served}. ${advice}`,
    holder,
  );
}
