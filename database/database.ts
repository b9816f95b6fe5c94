import type { Database } from './connectedDatabase.ts';
import type { DatabaseConfig, DatabaseOptions } from './databaseOptions.ts';
import { openEmbedded } from './embedded.ts';

export type { Database, Queryable } from './connectedDatabase.ts';
export type { DatabaseConfig, DatabaseOptions } from './databaseOptions.ts';

/**
 * Opens the database and applies pending migrations.
 * @throws DatabaseLockedError when another process holds the data directory, DataDirectoryError when the directory is not
 * usable, DatabaseUnavailableError when the server cannot be reached, MigrationError when the migrations do not fit or the
 * database belongs to something else, MissingRightsError, and to read DatabaseMissingError when there is none
 */
export async function openDatabase(config: DatabaseConfig, options: DatabaseOptions = {}): Promise<Database> {
  // The embedded database starts in its thread while this one loads the driver.
  const to = 'url' in config ? config : openEmbedded(config.dataDir, options);
  const { connectDatabase } = await import('./connectedDatabase.ts');
  return connectDatabase(to, options);
}
