import { createHash } from 'node:crypto';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { IdempotencyKeyReusedError, TooManyWrongKeysError, WrongKeyError } from './errors.ts';
import { canonicalJson } from './json.ts';
import type { Viewer } from './viewer.ts';

/**
 * Does work once for a viewer's idempotency key, within a transaction: of concurrent requests with one key the first
 * does it, the others wait for it and get its answer.
 * @throws IdempotencyKeyReusedError when the key came with another request, and WrongKeyError or TooManyWrongKeysError
 * for a viewer with a wrong key: whether an answer is replayed would tell which key is right, at any pace
 */
export async function withIdempotencyKey<T>(
  tx: Queryable,
  { viewer, key, request }: { viewer: Viewer; key: string; request: unknown },
  work: () => Promise<T>,
): Promise<{ answer: T; replayed: boolean }> {
  if (viewer.refusal?.kind === 'wrongKey') {
    const { message, reached } = viewer.refusal;
    throw reached ? new TooManyWrongKeysError(reached, message) : new WrongKeyError(message);
  }
  const hash = createHash('sha256').update(canonicalJson(request)).digest('hex');
  const claimed = await tx.query(claimKey(viewer.id, key, hash));
  if (claimed.length === 0) return { answer: await firstAnswer<T>(tx, viewer, key, hash), replayed: true };
  const answer = await work();
  await tx.query(storeAnswer(viewer.id, key, JSON.stringify(answer)));
  return { answer, replayed: false };
}

const claimKey = statement({
  name: 'claim_key',
  text: `INSERT INTO idempotency_keys (viewer, key, request_hash, response) VALUES ($1, $2, $3, 'null') ON CONFLICT DO NOTHING RETURNING 1`,
});

const storeAnswer = statement({
  name: 'store_answer',
  text: 'UPDATE idempotency_keys SET response = $3 WHERE viewer = $1 AND key = $2',
});

async function firstAnswer<T>(tx: Queryable, viewer: Viewer, key: string, hash: string): Promise<T> {
  const [first] = await tx.query(readAnswer(viewer.id, key));
  if (first === undefined || first.hash !== hash) throw new IdempotencyKeyReusedError(key);
  return first.response as T;
}

const readAnswer = statement({
  name: 'read_answer',
  text: 'SELECT request_hash AS hash, response FROM idempotency_keys WHERE viewer = $1 AND key = $2',
  row: { hash: col.text, response: col.json<unknown>() },
});
