import { join } from 'node:path';
import {
  isSystemLocked as isLocked,
  type SystemLock,
  takeSystemLock as take,
} from '../contract/systemLock.ts';

/**
 * Takes the lock on a data directory; undefined when another has it. The file must stay where it is: whoever took its place
 * would have another lock. @throws what the file system throws
 */
export function takeSystemLock(dataDir: string): SystemLock | undefined {
  // Whoever looks at the lock holds it for a moment, which is waited for.
  return take(lockFile(dataDir), lookMillis);
}

/** Says whether a process has the lock of a data directory, without making anything. */
export function isSystemLocked(dataDir: string): boolean {
  return isLocked(lockFile(dataDir));
}

const lookMillis = 250;

function lockFile(dataDir: string): string {
  return join(dataDir, 'database.lock');
}
