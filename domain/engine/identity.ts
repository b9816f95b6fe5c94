import type { Database } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

const known = new WeakMap<Database, Promise<string>>();

/** The id by which a database, and so every server of it, is told from others. It never changes. */
export function serverIdOf(db: Database): Promise<string> {
  const reading = known.get(db) ?? readServerId(db);
  known.set(db, reading);
  reading.catch(() => known.delete(db));
  return reading;
}

async function readServerId(db: Database): Promise<string> {
  const [row] = await db.query(serverId());
  if (row !== undefined) return row.id;
  await db.query({ text: 'INSERT INTO identity DEFAULT VALUES ON CONFLICT DO NOTHING' });
  return readServerId(db);
}

const serverId = statement({ name: 'server_id', text: 'SELECT id FROM identity', row: { id: col.text } });
