import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, type DatabaseConfig, openDatabase } from '../../database/database.ts';
import { MIGRATIONS_DIR } from '../../database/migrationFiles.ts';
import { tempDir } from './tempDir.ts';

/** Opens a database as it was before a migration, which is named by its number; what was in it is gone. */
export async function openBefore(config: DatabaseConfig, migration: string): Promise<Database> {
  const empty = await openDatabase(config, { migrate: false });
  await empty.query({ text: 'DROP SCHEMA public CASCADE' });
  await empty.query({ text: 'CREATE SCHEMA public' });
  await empty.close();
  const older = tempDir();
  for (const name of readdirSync(MIGRATIONS_DIR).filter((one) => one < migration || one.endsWith('.toml')))
    cpSync(join(MIGRATIONS_DIR, name), join(older, name), { recursive: true });
  return openDatabase(config, { migrationsDir: older });
}
