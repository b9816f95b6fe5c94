import type * as z from 'zod';
import { keyMark, prefixLength } from '../../contract/keyText.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import { statement } from '../../database/statement.ts';
import type { Viewer } from '../input/viewer.ts';
import { type ApiKey, keyRow, selectKey } from './key.ts';
import type { revokeKeyInput } from './keyInput.ts';
import { noKey, recordKey } from './keyRecord.ts';
import type { KeyStore } from './keys.ts';
import { ownerOf } from './ownKeys.ts';

/**
 * Revokes every key of a service, or the one that begins so, whoever has it; with `person` only keys of whoever asks. Again is the same.
 * @throws InvalidInputError where there is none, OutOfBoundsError
 */
export async function revokeKey(
  { db, onKeysChanged }: KeyStore,
  viewer: Viewer,
  { key: reference, person = false }: z.output<typeof revokeKeyInput>,
  via: DecisionVia = 'graphql',
): Promise<ApiKey[]> {
  const owner = ownerOf(viewer, { person });
  // Whoever has found a key has the whole of it, which is no business of messages and records.
  const known = reference.startsWith(keyMark) ? reference.slice(0, prefixLength) : reference;
  const keys = await db.transaction(async (tx) => {
    const revoked = await tx.query(revokeKeys(known, owner, viewer.id));
    for (const key of revoked)
      await recordKey(tx, { action: 'revoke_key', viewer, via, key, note: `${key.prefix}…` });
    return tx.query(keysNamed(known, owner));
  });
  if (keys.length === 0) throw noKey('key', known);
  await onKeysChanged?.();
  return keys;
}

/** A name is its owner's; who may revoke all keys names any by how it begins. */
const isNamed =
  '((name = $1 OR prefix = $1) AND person_id IS NOT DISTINCT FROM $2::int OR prefix = $1 AND $2::int IS NULL)';

const revokeKeys = statement({
  name: 'revoke_keys',
  text: `UPDATE api_keys SET revoked_at = clock_timestamp(), revoked_by = $3 WHERE ${isNamed} AND revoked_at IS NULL
    RETURNING ${selectKey}`,
  row: keyRow,
});

const keysNamed = statement({
  name: 'keys_named',
  text: `SELECT ${selectKey} FROM api_keys WHERE ${isNamed} ORDER BY id DESC LIMIT 50`,
  row: keyRow,
});
