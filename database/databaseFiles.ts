import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { DataDirectoryError, isDataDirectory, requireDataDirectory } from './dataDirectory.ts';
import { DatabaseMissingError } from './errors.ts';
import { draftOf } from './preparedCluster.ts';

/** The version of PostgreSQL that the embedded database is, as its files name it. */
export const embeddedVersion = '18';

/** The files of the embedded database. */
export interface DatabaseFiles {
  directory: string;
  /** Whether they are still to be made, or to be laid out. */
  isNew: boolean;
  /** Says that the database runs, so that the files are whole. */
  made(): void;
}

/**
 * Gives the directory of the embedded database's files, after a look whether they are that: files of something else are
 * left as they are. What a first start has left that was cut off is made again. Call it with the lock of the data directory.
 * @throws DataDirectoryError
 */
export function openDatabaseFiles(dataDir: string): DatabaseFiles {
  const directory = join(dataDir, 'pgdata');
  const making = join(dataDir, 'pgdata.making');
  if (isCutOff(directory, making)) rmSync(directory, { recursive: true, force: true });
  else rmSync(making, { force: true });
  rmSync(draftOf(directory), { recursive: true, force: true });
  const isNew = lookAt(directory) === 'none';
  if (isNew) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(making, identityOf(directory), { mode: 0o600 });
  }
  return { directory, isNew, made: () => rmSync(making, { force: true }) };
}

/**
 * Says whether a first start was cut off that made these files, so that they are of no use. Files that somebody has put
 * there since, such as a backup, are none of its own: they are another directory, or older than its beginning.
 */
function isCutOff(directory: string, making: string): boolean {
  const begun = statSync(making, { throwIfNoEntry: false });
  if (begun === undefined) return false;
  const names = namesIn(directory);
  if (names.length > 0 && readFileSync(making, 'utf8') !== identityOf(directory)) return false;
  return names.every((name) => {
    const file = statSync(join(directory, name), { throwIfNoEntry: false });
    return file === undefined || file.mtimeMs >= begun.mtimeMs;
  });
}

function identityOf(directory: string): string {
  const { dev, ino } = statSync(directory, { bigint: true });
  return `${dev} ${ino}`;
}

/** Refuses files that are no embedded database of this version, before anything is changed. @throws DataDirectoryError */
export function checkDatabaseFiles(dataDir: string): void {
  const directory = join(dataDir, 'pgdata');
  if (isDataDirectory(dataDir) && !isCutOff(directory, join(dataDir, 'pgdata.making'))) lookAt(directory);
}

/** Refuses a data directory that cannot be read as it is. @throws DatabaseMissingError, DataDirectoryError */
export function requireReadableFiles(dataDir: string): void {
  requireDataDirectory(dataDir);
  requireDatabaseFiles(dataDir);
}

/** Refuses a data directory that has no embedded database. @throws DatabaseMissingError, DataDirectoryError */
export function requireDatabaseFiles(dataDir: string): void {
  const directory = join(dataDir, 'pgdata');
  const isBegun = isCutOff(directory, join(dataDir, 'pgdata.making'));
  if (isBegun || lookAt(directory) === 'none') throw noDatabase(dataDir);
}

/** What is said of a data directory in which nothing has run yet. */
export function noDatabase(dataDir: string): DatabaseMissingError {
  return new DatabaseMissingError(
    `There is no Nightshift database in ${resolve(dataDir)}, and this command does not create one. Run "nightshift up" or "nightshift run" first. If you have one elsewhere, run this command in its directory, or set NIGHTSHIFT_DATA or DATABASE_URL.`,
  );
}

function lookAt(directory: string): 'none' | 'whole' {
  const names = namesIn(directory);
  if (names.length === 0) return 'none';
  if (!names.includes('PG_VERSION')) {
    throw new DataDirectoryError(
      `${directory} has files but no PG_VERSION, so it is not a complete database. Nothing was changed. Move it away to start with a new database, or restore a complete backup.`,
    );
  }
  const version = readFileSync(join(directory, 'PG_VERSION'), 'utf8').trim();
  if (version !== embeddedVersion) {
    throw new DataDirectoryError(
      `${directory} is a database of PostgreSQL ${version.slice(0, 20)}, but this Nightshift embeds ${embeddedVersion}. Nothing was changed. Use the version of Nightshift that created it, or set NIGHTSHIFT_DATA to another directory.`,
    );
  }
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw DataDirectoryError.unwritable(directory, error);
  }
  return 'whole';
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR')
      throw new DataDirectoryError(
        `${directory} is a file, but the embedded database needs a directory there. Nothing was changed. Move the file away.`,
      );
    throw DataDirectoryError.unwritable(directory, error);
  }
}
