import type { DatabaseConfig } from './database.ts';
import { requireDatabaseFiles } from './databaseFiles.ts';
import { hasTables } from './hasTables.ts';
import { noTables } from './readable.ts';

/** Refuses a database in which nothing has run yet, for what can only act on what is there. @throws DatabaseMissingError */
export async function requireExisting(config: DatabaseConfig): Promise<void> {
  if (!('url' in config)) requireDatabaseFiles(config.dataDir);
  else if (!(await hasTables(config.url))) throw noTables();
}
