import { resolve } from 'node:path';
import { type DatabaseConfig, openDatabase } from '../../database/database.ts';
import { secureDataDirectory } from '../../database/dataDirectory.ts';
import { createKeyInput } from '../../domain/access/keyInput.ts';
import { readInput } from '../../domain/input/read.ts';
import type { ServerConfig } from '../config.ts';
import { createFirstKey } from './bootstrapKey.ts';
import { markClosed } from './closedMarker.ts';

/** A key that was just made, and what it is. */
export interface FirstKey {
  secret: string;
  name: string;
  prefix: string;
  scopes: string[];
  expiresAt: string | null;
  /** The database that it was written into, for people. */
  where: string;
}

/** Names a database, for people. */
export function placeOf(database: DatabaseConfig): string {
  if ('dataDir' in database) return `the embedded database in ${resolve(database.dataDir)}`;
  const { host, pathname } = new URL(database.url);
  return `the PostgreSQL database ${pathname.slice(1)} on ${host}`;
}

/**
 * Makes a key in the database itself, without a server: for whoever may write it, on record.
 * @throws InvalidInputError, what `openDatabase` throws
 */
export async function createFirstKeyIn(
  { database, dataDir }: Pick<ServerConfig, 'database' | 'dataDir'>,
  wanted: unknown,
): Promise<FirstKey> {
  const input = readInput(createKeyInput, wanted);
  const directory = 'dataDir' in database ? database.dataDir : dataDir;
  secureDataDirectory(directory);
  const db = await openDatabase(database);
  try {
    const { key, secret } = await createFirstKey({ db }, input);
    markClosed(directory);
    const { name, prefix, scopes, expiresAt } = key;
    return { secret, name, prefix, scopes, expiresAt, where: placeOf(database) };
  } finally {
    await db.close();
  }
}
