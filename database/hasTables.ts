import { openDatabase } from './database.ts';
import { pendingMigrations } from './migrate.ts';
import { isSchemaName, schemaOf } from './schemaName.ts';

/** Says whether a PostgreSQL database has tables of Nightshift; one that cannot be asked counts as if it had. */
export async function hasTables(url: string): Promise<boolean> {
  if (!/^postgres(ql)?:/i.test(url) || !URL.canParse(url)) return false;
  const schema = schemaOf(url);
  if (schema !== undefined && !isSchemaName(schema)) return false;
  try {
    const names = new Set((await pendingMigrations()).map(({ name }) => name));
    const limits = { maxConnections: 1, connectionTimeoutMillis: 5000 };
    const database = await openDatabase({ url }, { migrate: false, readOnly: true, ...limits });
    try {
      const statuses = await database.migrationStatus();
      return statuses.some(({ name, state }) => names.has(name) && state !== 'pending');
    } finally {
      await database.close();
    }
  } catch {
    return true;
  }
}
