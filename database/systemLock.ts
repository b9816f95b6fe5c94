import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * A lock of the operating system on a data directory: it ends with its process, however that ends, outlives a pause of it,
 * and holds for every process of the machine, in whatever container. SQLite takes it, which keeps apart what is one
 * process to the system as well. The file must stay where it is: whoever took its place would have another lock.
 */
export interface SystemLock {
  release(): void;
}

/** Takes the lock; undefined when another has it. @throws what the file system throws */
export function takeSystemLock(dataDir: string): SystemLock | undefined {
  // Whoever looks at the lock holds it for a moment, which is waited for.
  const file = new DatabaseSync(lockFile(dataDir), { timeout: lookMillis });
  try {
    file.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    // By its name: whoever opened and closed the file itself would give the lock back.
    chmodSync(lockFile(dataDir), 0o600);
  } catch (error) {
    file.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { release: () => file.isOpen && file.close() };
}

/** Says whether a process has the lock, without making anything. */
export function isSystemLocked(dataDir: string): boolean {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(lockFile(dataDir), { readOnly: true, timeout: 0 });
    file.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    file?.close();
  }
}

const lookMillis = 250;

function lockFile(dataDir: string): string {
  return join(dataDir, 'database.lock');
}

function isBusy(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  return (code & 0xff) === sqliteBusy;
}

const sqliteBusy = 5;
