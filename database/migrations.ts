import type { MigrationStatus } from './compareMigrations.ts';
import { type Database, type DatabaseConfig, openDatabase } from './database.ts';
import { DatabaseMissingError } from './errors.ts';
import { pendingMigrations } from './migrate.ts';

/** Lists the migrations of a database and leaves it as it is; one that is not there has all of them pending. */
export async function readMigrations(config: DatabaseConfig): Promise<MigrationStatus[]> {
  try {
    return await statusOf(await openDatabase(config, { migrate: false, readOnly: true }));
  } catch (error) {
    if (error instanceof DatabaseMissingError) return pendingMigrations();
    throw error;
  }
}

/** Applies what is pending and lists what the database has then. @throws what `openDatabase` throws */
export async function applyMigrations(
  config: DatabaseConfig,
  { besideOthers, onWait }: { besideOthers: boolean; onWait?: (what: string) => void },
): Promise<MigrationStatus[]> {
  return statusOf(await openDatabase(config, { besideOthers, ...(onWait && { onWait }) }));
}

async function statusOf(database: Database): Promise<MigrationStatus[]> {
  try {
    return await database.migrationStatus();
  } finally {
    await database.close();
  }
}
