import { plural } from '../contract/text/plural.ts';
import { compareWith, pendingOf } from './compareMigrations.ts';
import type { Driver } from './driver.ts';
import { DatabaseMissingError, MigrationError } from './errors.ts';
import { type MigrationOptions, placesOf } from './migrate.ts';
import { MIGRATIONS_DIR, readMigrations, tablesOf } from './migrationFiles.ts';
import { checkRights } from './rights.ts';

/** What is said of a PostgreSQL database in which nothing has run yet. */
export function noTables(): DatabaseMissingError {
  return new DatabaseMissingError(
    'The database has no Nightshift tables, and this command does not create them. Run "nightshift up", "nightshift run" or "nightshift db migrate" first.',
  );
}

/** What is to be read. */
interface ReadOptions extends Pick<MigrationOptions, 'directory' | 'schema'> {
  /** Whether only the rights matter, and not which migrations it has. @default false */
  evenOlder?: boolean;
}

/**
 * Refuses a database that cannot be read as it stands: one without these migrations, with others, or without the right
 * to read. @throws DatabaseMissingError, MigrationError, MissingRightsError
 */
export async function requireReadable(
  driver: Driver,
  { directory = MIGRATIONS_DIR, schema, evenOlder = false }: ReadOptions = {},
): Promise<void> {
  const migrations = await readMigrations(directory);
  const session = await driver.session();
  try {
    await checkRights(session, {
      ...(await placesOf(session, schema)),
      tables: tablesOf(migrations),
      to: 'read',
    });
    if (evenOlder) return;
    const statuses = await compareWith(session, migrations);
    const names = new Set(migrations.map(({ name }) => name));
    if (!statuses.some(({ name, state }) => names.has(name) && state !== 'pending')) {
      throw noTables();
    }
    const pending = pendingOf(statuses, migrations);
    if (pending.length === 0) return;
    throw new MigrationError(
      `The database is older than this program: ${plural(pending.length, 'migration is', 'migrations are')} pending, and a command that reads changes nothing. Apply them with "nightshift db migrate", or start the server.`,
    );
  } finally {
    session.release();
  }
}
