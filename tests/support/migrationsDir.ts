import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from './tempDir.ts';

/** Makes a folder of migrations, each with its SQL by its name. */
export function migrationsDir(files: Record<string, string>): string {
  const directory = tempDir();
  for (const [name, sql] of Object.entries(files)) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'migration.sql'), sql);
  }
  writeFileSync(join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n');
  return directory;
}
