import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { applyMigration, longestMillis, type Migration, type Patience } from './applyMigration.ts';
import type { Driver, Session } from './driver.ts';
import { DatabaseUnavailableError, MigrationError } from './errors.ts';
import { refuseForeignTables } from './foreignTables.ts';
import { checkRights, isDenied } from './rights.ts';
import { defaultSchema, queueSchemaOf } from './schemaName.ts';

/** The folder of this program's migrations, in Prisma's layout. */
export const MIGRATIONS_DIR = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/** What became of one migration; `unknown` means applied by a newer program, `changed` edited since. */
export interface MigrationStatus {
  name: string;
  state: 'applied' | 'pending' | 'failed' | 'changed' | 'unknown';
  /** ISO-8601, UTC; null until applied. */
  appliedAt: string | null;
}

interface Recorded {
  migration_name: string;
  checksum: string;
  finished_at: string | null;
}

/** Where the migrations are, where they go, what may be there already, and how long others may hold them up. */
export interface MigrationOptions extends Patience {
  /** @default the folder of this program */
  directory?: string | undefined;
  /** The schema that the URL names; without one it is the first of the database's search path. */
  schema?: string | undefined;
  /** Whether the tables may stand beside those of something else. @default false */
  besideOthers?: boolean | undefined;
}

/**
 * Applies what is pending, each migration in its own transaction or index by index, and returns the names applied.
 * Safe when several processes start at once, and in step with `prisma migrate deploy`: same table,
 * same checksums, same advisory lock.
 * @throws MigrationError when history and folder do not fit, or the database is somebody else's, and MissingRightsError
 */
export async function migrate(driver: Driver, options: MigrationOptions = {}): Promise<string[]> {
  const { schema, besideOthers = false, onWait } = options;
  const migrations = await readMigrations(options.directory ?? MIGRATIONS_DIR);
  const session = await driver.session();
  try {
    await session.query({ text: 'SET statement_timeout TO 0' });
    await takeTurn(session, onWait);
    const names = migrations.map(({ name }) => name);
    const need = { ...(await placesOf(session, schema)), tables: tablesOf(migrations) };
    const readPending = async () => {
      await refuseForeignTables(session, { schema, besideOthers }, names);
      return pendingOf(await compareWith(session, migrations), migrations);
    };
    const before = await readPending().catch(async (error: unknown) => {
      if (isDenied(error)) await checkRights(session, { ...need, to: 'write' });
      throw error;
    });
    await checkRights(session, { ...need, to: before.length > 0 ? 'migrate' : 'write' });
    if (before.length === 0) return [];
    if (schema !== undefined) await session.query({ text: `CREATE SCHEMA IF NOT EXISTS "${schema}"` });
    await session.query({ text: CREATE_TABLE });
    for (const migration of before) await applyMigration(driver, session, migration, options);
    return before.map(({ name }) => name);
  } finally {
    // Closing the connection frees the lock and forgets the settings, whatever happened before.
    session.release(new Error('The connection of the migrations is closed.'));
  }
}

/** Lists every migration of the folder and of the database with its state, in order of name. */
export async function migrationStatus(
  driver: Driver,
  directory = MIGRATIONS_DIR,
): Promise<MigrationStatus[]> {
  const migrations = await readMigrations(directory);
  const session = await driver.session();
  try {
    return await compareWith(session, migrations);
  } finally {
    session.release();
  }
}

/**
 * Looks whether a newer program has migrated the database since it was opened. `known` are the migrations of this program
 * as it was started: an update may have changed its folder meanwhile.
 */
export async function findNewer(
  driver: Driver,
  known: readonly string[],
): Promise<MigrationError | undefined> {
  const found = await driver.query<{ name: string }>({
    name: 'newer_migrations',
    text: `SELECT migration_name AS name FROM "_prisma_migrations" WHERE rolled_back_at IS NULL AND migration_name <> ALL($1::text[])`,
    values: [known],
  });
  return newerThan(
    known,
    found.map(({ name }) => name),
  );
}

/** Lists the migrations of the folder as a database has them that is not there. */
export async function pendingMigrations(directory = MIGRATIONS_DIR): Promise<MigrationStatus[]> {
  return compare(await readMigrations(directory), []);
}

// The number under which Prisma's own engine locks, so that both wait for each other.
const LOCK_ID = 72707369;
const ASK_EVERY_MILLIS = 100;

/**
 * Waits until no other process migrates. It asks again and again: a statement that waits is a transaction that is open,
 * for which the other one waits in turn when it builds an index beside everybody.
 */
async function takeTurn(session: Session, onWait: MigrationOptions['onWait']): Promise<void> {
  const end = performance.now() + longestMillis;
  for (let asked = 0; performance.now() < end; asked += 1) {
    const { rows } = await session.query<{ isOurs: boolean }>({
      text: `SELECT pg_try_advisory_lock(${LOCK_ID}) AS "isOurs"`,
    });
    if (rows[0]?.isOurs) return;
    if (asked === tellAfter) onWait?.('Waiting for another process that is migrating the database');
    await pause(ASK_EVERY_MILLIS);
  }
  throw new DatabaseUnavailableError(
    'Another process has been migrating the database for an hour. Try again later.',
  );
}

const tellAfter = 20;

// Column for column as Prisma's own engine creates it.
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** Reads the migrations of a folder, in order of name. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const names = await namesOfMigrations(directory);
  return Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(directory, name, 'migration.sql'));
      const checksum = createHash('sha256').update(content).digest('hex');
      return { name, sql: content.toString('utf8'), checksum };
    }),
  );
}

/** Lists the migrations of a folder, in order. */
export async function namesOfMigrations(directory = MIGRATIONS_DIR): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The schemas of the tables and of the queue. */
export async function placesOf(session: Session, named: string | undefined) {
  const { rows } = await session.query<{ schema: string | null }>({
    text: 'SELECT current_schema()::text AS schema',
  });
  const schema = named ?? rows[0]?.schema ?? defaultSchema;
  return { schema, queueSchema: queueSchemaOf(named ?? defaultSchema) };
}

/** The tables that migrations make, and their history. */
export function tablesOf(migrations: readonly Migration[]): string[] {
  const made = migrations.flatMap(({ sql }) =>
    [...sql.matchAll(/^CREATE TABLE "(\w+)"/gm)].map((match) => match[1] ?? ''),
  );
  return ['_prisma_migrations', ...made];
}

/** Lists the migrations with their state in the database that a session has. */
export async function compareWith(session: Session, migrations: Migration[]): Promise<MigrationStatus[]> {
  const { rows } = await session.query<{ found: string | null }>({
    text: `SELECT to_regclass('"_prisma_migrations"')::text AS found`,
  });
  return compare(migrations, rows[0]?.found ? await readRecorded(session) : []);
}

async function readRecorded(session: Session): Promise<Recorded[]> {
  const { rows } = await session.query<Recorded>({
    text: 'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
  });
  return rows;
}

function compare(migrations: Migration[], recorded: Recorded[]): MigrationStatus[] {
  const checksums = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  const seen = recorded.map(({ migration_name: name, checksum, finished_at: appliedAt }) => {
    const expected = checksums.get(name);
    const known = expected === checksum ? 'applied' : 'changed';
    const state = expected === undefined ? 'unknown' : known;
    return { name, state: appliedAt === null ? 'failed' : state, appliedAt } satisfies MigrationStatus;
  });
  const names = new Set(recorded.map((row) => row.migration_name));
  const pending = migrations
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => ({ name, state: 'pending', appliedAt: null }) satisfies MigrationStatus);
  return [...seen, ...pending].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Says what migrations mean that a database has and the program has not; undefined where there are none. `known` are those
 * of the program.
 */
export function newerThan(known: readonly string[], found: readonly string[]): MigrationError | undefined {
  const newer = found.filter((name) => !known.includes(name)).sort();
  if (newer.length === 0) return undefined;
  const some =
    newer.length > 3 ? `${newer.slice(0, 3).join(', ')} and ${newer.length - 3} more` : newer.join(', ');
  return new MigrationError(
    `The database is newer than this program: it also has ${some}, and this program knows migrations up to ${known.toSorted().at(-1) ?? 'none'}. Nothing was changed. Update this program to the version of the others that use this database.`,
  );
}

/** Gives the migrations that are to be applied. @throws MigrationError when history and folder do not fit */
export function pendingOf(statuses: MigrationStatus[], migrations: Migration[]): Migration[] {
  const found = statuses.filter(({ state }) => state !== 'pending').map(({ name }) => name);
  const newer = newerThan(
    migrations.map(({ name }) => name),
    found,
  );
  if (newer) throw newer;
  for (const { name, state } of statuses) {
    const problem = PROBLEMS[state];
    if (problem) throw new MigrationError(`Migration ${name} ${problem}`);
  }
  const pending = new Set(statuses.filter(({ state }) => state === 'pending').map(({ name }) => name));
  return migrations.filter(({ name }) => pending.has(name));
}

const PROBLEMS: Record<MigrationStatus['state'], string | null> = {
  applied: null,
  pending: null,
  failed: 'was started and never finished. Repair the database, then run `prisma migrate resolve`.',
  changed: 'was edited after it was applied. Restore its file and put the change into a new migration.',
  unknown: null,
};
