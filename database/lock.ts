import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SystemLock } from '../contract/systemLock.ts';
import { DataDirectoryError } from './dataDirectory.ts';
import { DatabaseLockedError } from './errors.ts';
import { processIsAlive, processStartTime } from './processes.ts';
import { isSystemLocked, takeSystemLock } from './systemLock.ts';

/** What the process that holds the data directory has written there about itself. */
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
  /** Adds to what is written about the holder, so that others find the server that runs on this directory. */
  update(facts: { url: string }): void;
  release(): void;
}

interface HolderFile extends LockHolder {
  token: string;
  /** Who has the directory is said by the operating system; without it, by this file alone, as older versions wrote it. */
  lock?: 'system';
  /** Which directory it was written in: in a copy of that one it says nothing. The same on every computer that shares it. */
  directory?: string;
}

/**
 * Takes the data directory for this process, or throws DatabaseLockedError when another holds it: it dies with its
 * holder, and with nothing else. @throws DataDirectoryError when nothing can be written there
 */
export function acquireLock(dataDir: string): DataLock {
  const lock = takeOrThrow(dataDir);
  let mine: HolderFile = {
    pid: process.pid,
    host: hostname(),
    startedAt: new Date().toISOString(),
    processStartTime: processStartTime(process.pid),
    token: randomUUID(),
    lock: 'system',
    directory: identityOf(dataDir),
  };
  const path = holderPath(dataDir);
  const release = () => {
    process.removeListener('exit', release);
    if (readHolder(dataDir)?.token === mine.token) rmSync(path, { force: true });
    lock.release();
  };
  try {
    const before = readHolder(dataDir);
    if (before !== null && mayHold(before, dataDir)) throw lockedByFile(before, dataDir);
    replace(path, mine);
  } catch (error) {
    lock.release();
    throw error instanceof DatabaseLockedError ? error : DataDirectoryError.unwritable(dataDir, error);
  }
  process.once('exit', release);
  return {
    release,
    update(facts) {
      mine = { ...mine, ...facts };
      if (readHolder(dataDir)?.token === mine.token) replace(path, mine);
    },
  };
}

/** Tells which process of this computer holds the data directory; null when none does, or one of which nothing is known here. */
export function readLock(dataDir: string): LockHolder | null {
  const file = isSystemLocked(dataDir) ? waitForHolder(dataDir) : readHolder(dataDir);
  if (file === null || !livesHere(file)) return null;
  const { token: _token, lock: _lock, directory: _directory, ...holder } = file;
  return holder;
}

function takeOrThrow(dataDir: string): SystemLock {
  let lock: SystemLock | undefined;
  try {
    lock = takeSystemLock(dataDir);
  } catch (error) {
    throw DataDirectoryError.unwritable(dataDir, error);
  }
  if (lock === undefined) throw lockedBySystem(waitForHolder(dataDir), dataDir);
  return lock;
}

function holderPath(dataDir: string): string {
  return join(dataDir, 'nightshift.lock');
}

/** Reads who holds the directory. Who has just taken it says so a moment later: what stands there until then is older. */
function waitForHolder(dataDir: string): HolderFile | null {
  for (let waitedMs = 0; ; waitedMs += 20) {
    const file = readHolder(dataDir);
    if ((file !== null && (file.host !== hostname() || livesHere(file))) || waitedMs >= 500) return file;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

function readHolder(dataDir: string): HolderFile | null {
  try {
    const value = JSON.parse(readFileSync(holderPath(dataDir), 'utf8')) as HolderFile;
    const isOfCopy = value?.directory !== undefined && value.directory !== identityOf(dataDir);
    return Number.isInteger(value?.pid) && !isOfCopy ? value : null;
  } catch {
    return null;
  }
}

function identityOf(dataDir: string): string {
  return String(statSync(dataDir, { bigint: true }).ino);
}

function replace(path: string, content: HolderFile): void {
  const draft = `${path}.${content.token}.draft`;
  writeFileSync(draft, `${JSON.stringify(content)}\n`, { flush: true, mode: 0o600 });
  renameSync(draft, path);
}

function livesHere(file: HolderFile): boolean {
  return file.host === hostname() && processIsAlive(file.pid, file.processStartTime);
}

/**
 * Says whether a holder is to be believed although the system's lock was free: one of an older version, which took none;
 * one on a network file system, which may keep no locks between computers; and one that certainly lives.
 */
function mayHold(file: HolderFile, dataDir: string): boolean {
  if (file.host !== hostname()) return file.lock !== 'system' || isOnNetwork(dataDir);
  if (file.lock !== 'system') return livesHere(file);
  return file.pid !== process.pid && file.processStartTime !== null && livesHere(file);
}

// NFS, SMB (three), 9P, Ceph, Lustre and AFS, as Linux numbers them.
const networkTypes = new Set([
  0x6969, 0xff534d42, 0xfe534d42, 0x517b, 0x01021997, 0x00c36400, 0x0bd00bd0, 0x5346414f, 0x6b414653,
]);

function isOnNetwork(dataDir: string): boolean {
  return networkTypes.has(statfsSync(dataDir).type >>> 0);
}

function lockedBySystem(holder: HolderFile | null, dataDir: string): DatabaseLockedError {
  if (holder !== null && livesHere(holder))
    return new DatabaseLockedError(
      `${inUse(holder, dataDir)}. Use that server, stop it, or set NIGHTSHIFT_DATA to another directory.`,
      holder,
    );
  const who = holder === null ? '' : `: process ${holder.pid} of ${holder.host}`;
  return new DatabaseLockedError(
    `The data directory ${dataDir} is in use by a process in another container or on another computer${who}. Use its server from here with API_BASE and API_KEY, stop it, or set NIGHTSHIFT_DATA to another directory. If its network file system has no locks, use PostgreSQL instead.`,
    holder ?? {},
  );
}

function lockedByFile(holder: HolderFile, dataDir: string): DatabaseLockedError {
  const advice =
    holder.host === hostname()
      ? 'Use that server, stop it, or set NIGHTSHIFT_DATA to another directory.'
      : `Use that server from here with API_BASE and API_KEY. If you are sure that the process is gone, delete ${holderPath(dataDir)}.`;
  return new DatabaseLockedError(`${inUse(holder, dataDir)}. ${advice}`, holder);
}

function inUse(holder: HolderFile, dataDir: string): string {
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
  const served = holder.url ? `, listening on ${holder.url}` : '';
  return `The data directory ${dataDir} is in use by process ${holder.pid}${where}${served}`;
}
