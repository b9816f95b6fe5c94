import { accessSync, chmodSync, constants, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The data directory cannot be used; the message says what to do. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
  /** What the system said where nothing can be written; whoever needs nothing there may go on. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }

  /** Says that nothing can be written there. */
  static unwritable(path: string, error: unknown): DataDirectoryError {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const why = reasons.get(code) ?? (error instanceof Error ? error.message : code);
    return new DataDirectoryError(
      `The data directory ${path} cannot be used: ${why}. Nothing was changed. Give it to this user, or set NIGHTSHIFT_DATA to another directory.`,
      code,
    );
  }
}

const reasons = new Map([
  ['EROFS', 'its file system is read-only'],
  ['EACCES', 'this user may not write there'],
  ['EPERM', 'this user may not write there'],
  ['ENOTDIR', 'a part of its path is a file'],
  ['ENOSPC', 'its disk is full'],
  ['ELOOP', 'its links lead in a circle'],
  ['EEXIST', 'it is a link to nothing'],
]);

/** What Nightshift writes there, by which a directory is known as its own. */
const ownNames = new Set([
  'pgdata',
  'pgdata.making',
  'pgdata.draft',
  'database.lock',
  'nightshift.lock',
  'reports',
  'leases',
  'key',
  'servers',
  'plans',
]);

/**
 * Makes the data directory, or closes it to everybody but its owner: the files of the embedded database can be written
 * by all, so this directory alone protects them. What cannot be used is left as it was. @throws DataDirectoryError
 */
export function secureDataDirectory(dataDir: string): void {
  const firstMade = makePrivate(dataDir);
  try {
    closeToOthers(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (firstMade !== undefined) removeUpTo(firstMade, dataDir);
    throw error instanceof DataDirectoryError ? error : DataDirectoryError.unwritable(dataDir, error);
  }
}

/** Refuses a data directory that is there and cannot be read without a change. @throws DataDirectoryError */
export function requireDataDirectory(dataDir: string): void {
  if (!isDataDirectory(dataDir) || isPrivate(dataDir)) return;
  throw new DataDirectoryError(
    `The data directory ${dataDir} can be read by other users (mode ${shownMode(dataDir)}), and a command that only reads does not change that. Run: chmod 700 ${dataDir}`,
  );
}

function closeToOthers(dataDir: string): void {
  if (isPrivate(dataDir)) return;
  const found = `The data directory ${dataDir} can be read by other users (mode ${shownMode(dataDir)})`;
  if (!isOwn(dataDir)) {
    throw new DataDirectoryError(
      `${found} and has files of another program. Set NIGHTSHIFT_DATA to a directory for Nightshift alone, or close this one: chmod 700 ${dataDir}`,
    );
  }
  const before = modeOf(dataDir);
  try {
    chmodSync(dataDir, 0o700);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    // Its owner may close it on every file system that keeps modes.
    if (code === 'EPERM' && isMine(dataDir)) throw keepsNoModes(found);
    throw new DataDirectoryError(
      `${found} and this user cannot change that (${code}). Have its owner run chmod 700 ${dataDir}, or set NIGHTSHIFT_DATA to a directory of this user, such as ${join(dataDir, 'nightshift')}.`,
      code === 'EROFS' ? code : undefined,
    );
  }
  if (isPrivate(dataDir)) return;
  if (modeOf(dataDir) !== before) chmodSync(dataDir, before);
  throw keepsNoModes(found);
}

function keepsNoModes(found: string): DataDirectoryError {
  return new DataDirectoryError(
    `${found}, and its file system has no permissions (exFAT, for example). Nothing was changed. Set NIGHTSHIFT_DATA to a directory on another file system.`,
  );
}

/** Directories above are made as any program makes them; only the last one is nobody else's. Gives the first that was made. */
function makePrivate(dataDir: string): string | undefined {
  if (isDataDirectory(dataDir)) return undefined;
  let above: string | undefined;
  try {
    above = mkdirSync(dirname(dataDir), { recursive: true });
    mkdirSync(dataDir, { mode: 0o700 });
    return above ?? dataDir;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isDataDirectory(dataDir)) return undefined;
    if (above !== undefined) removeUpTo(above, dirname(dataDir));
    throw DataDirectoryError.unwritable(dataDir, error);
  }
}

function removeUpTo(first: string, last: string): void {
  for (let path = resolve(last); ; path = dirname(path)) {
    rmdirSync(path);
    if (path === resolve(first)) return;
  }
}

/** Says whether there is a data directory of this name. @throws DataDirectoryError when there is something else */
export function isDataDirectory(dataDir: string): boolean {
  try {
    if (statSync(dataDir).isDirectory()) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw DataDirectoryError.unwritable(dataDir, error);
  }
  throw new DataDirectoryError(
    `The data directory ${dataDir} is a file. Nothing was changed. Set NIGHTSHIFT_DATA to a directory.`,
    'ENOTDIR',
  );
}

function isPrivate(dataDir: string): boolean {
  return process.platform === 'win32' || (modeOf(dataDir) & 0o077) === 0;
}

function isMine(dataDir: string): boolean {
  return statSync(dataDir).uid === process.geteuid?.() || process.geteuid?.() === 0;
}

function shownMode(path: string): string {
  return modeOf(path).toString(8).padStart(4, '0');
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o7777;
}

/** Nobody's directory of another use, such as `/tmp`, is closed to those who use it. */
function isOwn(dataDir: string): boolean {
  const names = readdirSync(dataDir);
  return names.length === 0 || names.some((name) => ownNames.has(name));
}
