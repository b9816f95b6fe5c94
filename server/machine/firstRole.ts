import { openDatabase } from '../../database/database.ts';
import { secureDataDirectory } from '../../database/dataDirectory.ts';
import { keyNames } from '../../domain/access/keyNames.ts';
import { setRoleOf } from '../../domain/access/managePeople.ts';
import { setRoleInput } from '../../domain/access/personInput.ts';
import { readInput } from '../../domain/input/read.ts';
import type { ServerConfig } from '../config.ts';
import { bootstrap } from './bootstrapKey.ts';
import { placeOf } from './firstKey.ts';

/**
 * Sets the roles of a person in the database itself, without a server: for whoever may write it, on record. The person is
 * made where there is none.
 * @throws InvalidInputError, PersonRefusedError, what `openDatabase` throws
 */
export async function setRoleIn(
  { database, dataDir, adminUsers }: Pick<ServerConfig, 'database' | 'dataDir' | 'adminUsers'>,
  wanted: unknown,
): Promise<{ label: string | null; grants: string[]; where: string }> {
  const input = readInput(setRoleInput, wanted);
  secureDataDirectory('dataDir' in database ? database.dataDir : dataDir);
  const db = await openDatabase(database);
  try {
    await keyNames({ db });
    const { label, grants } = await setRoleOf({ db, admins: adminUsers }, bootstrap, input);
    return { label, grants, where: placeOf(database) };
  } finally {
    await db.close();
  }
}
