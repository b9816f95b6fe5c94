import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packCluster, unpackCluster } from './clusterFile.ts';
import { MIGRATIONS_DIR, readMigrations } from './migrationFiles.ts';

/** Where the prepared cluster is kept that comes with this installation. */
export const PREPARED_DIR = fileURLToPath(
  new URL('../node_modules/.cache/nightshift-database', import.meta.url),
);

/** Where prepared clusters are kept, and of which migrations one is wanted. */
export interface PreparedOptions {
  /** @default the one of this installation */
  preparedDir?: string | undefined;
  /** @default the folder of this program */
  migrationsDir?: string | undefined;
}

/**
 * Names the file of the prepared cluster that has exactly these migrations and was made by these versions of the
 * libraries, whether it is there or not: one of another version has another name.
 */
export async function preparedFile(options: PreparedOptions = {}): Promise<string> {
  const { preparedDir = PREPARED_DIR, migrationsDir = MIGRATIONS_DIR } = options;
  const migrations = await readMigrations(migrationsDir);
  const made = {
    format: 1,
    libraries: ['@electric-sql/pglite', 'pg-boss'].map((name) => `${name} ${versionOf(name)}`),
    migrations: migrations.map(({ name, checksum }) => `${name} ${checksum}`),
  };
  const key = createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 32);
  return join(preparedDir, `${key}.cluster`);
}

/** Finds the prepared cluster that fits; undefined where there is none. */
export async function findPrepared(options: PreparedOptions = {}): Promise<string | undefined> {
  const file = await preparedFile(options);
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

/** Keeps the files of a closed database as a prepared cluster, whole or not at all, and removes those of other versions. */
export function savePrepared(directory: string, file: string): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  const draft = `${file}.${randomUUID()}.draft`;
  try {
    writeFileSync(draft, packCluster(directory), { mode: 0o644, flush: true });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  for (const name of readdirSync(folder))
    if (name.endsWith('.cluster') && join(folder, name) !== file) rmSync(join(folder, name), { force: true });
}

/** The name that a directory has while a prepared cluster is written into it. */
export function draftOf(directory: string): string {
  return `${directory}.draft`;
}

/**
 * Makes an empty directory the files of a database, from the prepared cluster that fits: written beside it and then
 * renamed, so that a start that is cut off leaves it empty. Where there is none, or it cannot be used, the directory
 * stays empty, and the database makes its files itself.
 */
export async function layOutPrepared(directory: string, options: PreparedOptions): Promise<void> {
  if (readdirSync(directory).length > 0) return;
  const draft = draftOf(directory);
  try {
    const file = await findPrepared(options);
    if (file === undefined) return;
    rmSync(draft, { recursive: true, force: true });
    unpackCluster(readFileSync(file), draft);
    renameSync(draft, directory);
  } catch {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The version of a library, from the nearest folder of installed packages. */
function versionOf(name: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', name, 'package.json');
    const found = statSync(file, { throwIfNoEntry: false });
    if (found) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
    if (folder === dirname(folder)) throw new Error(`The package ${name} is not installed.`);
  }
}
