import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** For how long the link that `up` prints signs somebody in, in milliseconds. */
const upCodeMs = 10 * 60_000;

/** Makes a code that signs one browser in as whoever holds the machine's key; only its hash is stored. */
export async function makeUpCode(db: Queryable): Promise<string> {
  const code = randomBytes(24).toString('base64url');
  await db.query(insertUpCode(hashOf(code), upCodeMs));
  return code;
}

const insertUpCode = statement({
  name: 'insert_up_code',
  text: `INSERT INTO sign_in_codes (sha256, kind, expires_at)
    VALUES ($1, 'up', clock_timestamp() + $2::float8 * interval '1 millisecond')`,
});

/** Uses a code up; false where it has been used, is too old or was never made. Of several at once one gets it. */
export async function takeUpCode(db: Queryable, code: string): Promise<boolean> {
  return (await db.query(deleteUpCode(hashOf(code)))).length > 0;
}

const deleteUpCode = statement({
  name: 'delete_up_code',
  text: `DELETE FROM sign_in_codes WHERE sha256 = $1 AND kind = 'up' AND expires_at > clock_timestamp() RETURNING kind`,
  row: { kind: col.text },
});

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
