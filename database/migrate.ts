import { setTimeout as pause } from 'node:timers/promises';
import { applyMigration, longestMillis, type Patience } from './applyMigration.ts';
import { compare, compareWith, type MigrationStatus, newerThan, pendingOf } from './compareMigrations.ts';
import type { Driver, Session } from './driver.ts';
import { DatabaseUnavailableError, type MigrationError } from './errors.ts';
import { refuseForeignTables } from './foreignTables.ts';
import { MIGRATIONS_DIR, readMigrations, tablesOf } from './migrationFiles.ts';
import { checkRights, isDenied } from './rights.ts';
import { defaultSchema, queueSchemaOf } from './schemaName.ts';

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

/** The schemas of the tables and of the queue. */
export async function placesOf(session: Session, named: string | undefined) {
  const { rows } = await session.query<{ schema: string | null }>({
    text: 'SELECT current_schema()::text AS schema',
  });
  const schema = named ?? rows[0]?.schema ?? defaultSchema;
  return { schema, queueSchema: queueSchemaOf(named ?? defaultSchema) };
}
