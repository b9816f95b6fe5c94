import { randomBytes } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import { databaseUrl, onServer } from './postgresAdmin.ts';

/** A database of a PostgreSQL server that has nothing of Nightshift; it is removed when the test has finished. */
export interface NewDatabase {
  name: string;
  url: string;
  /** Runs one statement in it, as the user that may do everything. */
  query<Row>(text: string): Promise<Row[]>;
  /** All tables in it, with their schemas, in order. */
  tables(): Promise<string[]>;
}

/** Makes an empty database on the server of the tests. */
export async function newDatabase(): Promise<NewDatabase> {
  const { serverUrl, prefix } = inject('testDatabases');
  const name = `${prefix}_new_${randomBytes(4).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}`);
  onTestFinished(
    async () => void (await onServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  );
  const url = databaseUrl(serverUrl, name);
  const query = <Row>(text: string) => onServer<Row>(url, text);
  const tables = async () => {
    const rows = await query<{ name: string }>(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY name`,
    );
    return rows.map((row) => row.name);
  };
  return { name, url, query, tables };
}
