import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Migration } from './applyMigration.ts';

/** The folder of this program's migrations, in Prisma's layout. */
export const MIGRATIONS_DIR = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

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

/** The tables that migrations make, and their history. */
export function tablesOf(migrations: readonly Migration[]): string[] {
  const made = migrations.flatMap(({ sql }) =>
    [...sql.matchAll(/^CREATE TABLE "(\w+)"/gm)].map((match) => match[1] ?? ''),
  );
  return ['_prisma_migrations', ...made];
}
