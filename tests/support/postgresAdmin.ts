import { openDatabase } from '../../database/database.ts';

/** Runs one statement that concerns the server as a whole, on a connection of its own. */
export async function onServer<Row>(serverUrl: string, text: string): Promise<Row[]> {
  const db = await openDatabase({ url: serverUrl }, { migrate: false, maxConnections: 1 });
  try {
    return await db.query<Row>({ text });
  } finally {
    await db.close();
  }
}

/** The URL of another database of the same server. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
