import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The data directory can be read by others, and that cannot be changed here; the message says what to do. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

/** What Nightshift writes there, by which a directory is known as its own. */
const ownNames = new Set(['pgdata', 'nightshift.lock', 'reports', 'key', 'servers']);

/**
 * Makes the data directory, or closes it to everybody but its owner: the files of the embedded database can be written
 * by all, so this directory alone protects them. @throws DataDirectoryError
 */
export function secureDataDirectory(dataDir: string): void {
  makePrivate(dataDir);
  if (isPrivate(dataDir)) return;
  const mode = modeOf(dataDir).toString(8).padStart(4, '0');
  const found = `The data directory ${dataDir} is open to others (its mode is ${mode})`;
  if (!isOwn(dataDir)) {
    throw new DataDirectoryError(
      `${found} and holds files of something else. Name a directory of its own in NIGHTSHIFT_DATA, or close this one: chmod 700 ${dataDir}`,
    );
  }
  try {
    chmodSync(dataDir, 0o700);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new DataDirectoryError(
      `${found} and cannot be closed (${why}). Let its owner run chmod 700 ${dataDir}, or name a directory of this user, such as ${join(dataDir, 'nightshift')}, in NIGHTSHIFT_DATA.`,
    );
  }
  if (isPrivate(dataDir)) return;
  throw new DataDirectoryError(
    `${found}, and its file system keeps no modes. Name a directory on another one in NIGHTSHIFT_DATA.`,
  );
}

/** Directories above are made as any program makes them; only the last one is nobody else's. */
function makePrivate(dataDir: string): void {
  try {
    mkdirSync(dataDir, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT') throw error;
    mkdirSync(dirname(dataDir), { recursive: true });
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  }
}

function isPrivate(dataDir: string): boolean {
  return process.platform === 'win32' || (modeOf(dataDir) & 0o077) === 0;
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o7777;
}

/** Nobody's directory of another use, such as `/tmp`, is closed to those who use it. */
function isOwn(dataDir: string): boolean {
  const names = readdirSync(dataDir);
  return names.length === 0 || names.some((name) => ownNames.has(name));
}
