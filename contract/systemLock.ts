import { chmodSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/**
 * A lock of the operating system on a file: it ends with its process, however that ends, outlives a pause of it, and holds
 * for every process of the machine, in whatever container. SQLite takes it, which keeps apart what is one process to the
 * system as well. Nothing else in the process may open and close the file, which would give the lock back.
 */
export interface SystemLock {
  release(): void;
}

/**
 * Takes the lock on a file, which is made when it is missing; undefined when another has it after so many milliseconds.
 * @throws what the file system throws
 */
export function takeSystemLock(path: string, waitMs = 0): SystemLock | undefined {
  const file = openFile(path, { timeout: waitMs });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    // By its name, for the reason above.
    chmodSync(path, 0o600);
  } catch (error) {
    file.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { release: () => file.isOpen && file.close() };
}

/** Says whether a process has the lock on a file, without making anything. */
export function isSystemLocked(path: string): boolean {
  let file: DatabaseSync | undefined;
  try {
    file = openFile(path, { readOnly: true, timeout: 0 });
    file.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    file?.close();
  }
}

function openFile(path: string, options: { readOnly?: boolean; timeout: number }): DatabaseSync {
  return new (loadSqlite().DatabaseSync)(path, options);
}

let loaded: typeof import('node:sqlite') | undefined;

/** Loads SQLite, of which some versions of Node say that it is an experiment: users can do nothing about that. */
function loadSqlite(): typeof import('node:sqlite') {
  if (loaded !== undefined) return loaded;
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    loaded = process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
  if (loaded === undefined) throw new Error(`Node ${process.version} has no node:sqlite; use Node 24`);
  return loaded;
}

function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  return (code & 0xff) === sqliteBusy;
}

const sqliteBusy = 5;
