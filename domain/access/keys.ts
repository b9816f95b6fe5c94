import type * as z from 'zod';
import { hashOfKey, makeKeyText, prefixLength } from '../../contract/keyText.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import { keyBounds } from '../../contract/words/keys.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { InvalidInputError } from '../input/errors.ts';
import type { Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { type ApiKey, keyRow, selectKey } from './key.ts';
import type { CreateKeyInput, rotateKeyInput } from './keyInput.ts';
import { noKey, recordKey } from './keyRecord.ts';
import { ownerOf, refuseBeyondOwn, requireFreshProof, requireOwnSession } from './ownKeys.ts';
import { besidePeople, requireStillIn } from './stillIn.ts';
import { refuseVoidScopes } from './voidScopes.ts';

/** A key that was just made, with the key itself: it is not to be had again. */
export interface MadeKey {
  key: ApiKey;
  secret: string;
}

/** What functions that change keys work on. */
export type KeyStore = Pick<Store, 'db' | 'onKeysChanged' | 'admins'>;

/**
 * Makes a key of a service that has none, or one of whoever is signed in; it stays on record who did.
 * @throws InvalidInputError where the service has a key that works, ADMIN_USERS would make its scopes void, or a person may
 * make no such key; OutOfBoundsError
 */
export async function createKey(
  { db, onKeysChanged, admins }: KeyStore,
  viewer: Viewer,
  input: CreateKeyInput,
  via: DecisionVia = 'graphql',
  secret = makeKeyText(),
): Promise<MadeKey> {
  const owner = ownerOf(viewer, input);
  if (owner !== null) {
    requireOwnSession(viewer);
    refuseBeyondOwn(viewer, input);
    requireFreshProof(viewer, input.scopes);
  } else refuseVoidScopes(admins, input.scopes);
  const key = await db.transaction(async (tx) => {
    await requireMayMake(tx, viewer, owner);
    await tx.query(replaceExpired(input.name, owner));
    const [made] = await tx.query(insertKey(...valuesOf(input, secret, viewer, owner)));
    if (made === undefined) throw nameTaken(input.name);
    await recordKey(tx, { action: 'create_key', viewer, via, key: made, note: describe(made) });
    return made;
  });
  await onKeysChanged?.();
  return { key, secret };
}

/**
 * Gives a service, or whoever is signed in, a new key with the rights of the present one, which works on for a while.
 * @throws InvalidInputError where there is no key that could be replaced, or a person may make none, OutOfBoundsError
 */
export async function rotateKey(
  { db, onKeysChanged }: KeyStore,
  viewer: Viewer,
  { name, overlapMs, expiresInMs, person = false }: z.output<typeof rotateKeyInput>,
  via: DecisionVia = 'graphql',
): Promise<MadeKey> {
  const owner = ownerOf(viewer, { person });
  if (owner !== null) requireOwnSession(viewer);
  const secret = makeKeyText();
  const key = await db.transaction(async (tx) => {
    await requireMayMake(tx, viewer, owner);
    const [old] = await tx.query(replaceKey(name, overlapMs, owner));
    if (old === undefined) throw noKey('name', name);
    if (owner !== null) requireFreshProof(viewer, old.scopes);
    const { lifeMs, ...rights } = old;
    const wanted = { ...rights, name, expiresInMs: expiresInMs === undefined ? lifeMs : expiresInMs };
    const [made] = await tx.query(insertKey(...valuesOf(wanted, secret, viewer, owner)));
    if (made === undefined) throw nameTaken(name);
    const note = `${old.prefix}… is replaced by ${describe(made)}`;
    await recordKey(tx, { action: 'rotate_key', viewer, via, key: made, note });
    return made;
  });
  await onKeysChanged?.();
  return { key, secret };
}

/** A key outlasts whoever makes it, so that they are judged when it is made. @throws OutOfBoundsError */
async function requireMayMake(tx: Queryable, viewer: Viewer, owner: number | null): Promise<void> {
  await tx.query(besidePeople());
  await requireStillIn(tx, viewer, owner === null ? 'admin' : undefined);
}

function valuesOf(
  { name, scopes, projects, plans, labels, tasks, expiresInMs }: CreateKeyInput,
  secret: string,
  viewer: Viewer,
  owner: number | null,
) {
  const known = [name, secret.slice(0, prefixLength), hashOfKey(secret)] as const;
  const account = owner === null ? null : (viewer.principal ?? null);
  return [...known, scopes, projects, plans, labels, tasks, viewer.id, expiresInMs, owner, account] as const;
}

const insertKey = statement({
  name: 'insert_key',
  text: `INSERT INTO api_keys (name, prefix, sha256, scopes, projects, plans, labels, tasks, made_by, expires_at, person_id, principal_id)
    VALUES ($1, $2, $3, $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9,
      clock_timestamp() + $10::float8 * interval '1 millisecond', $11::int, $12::int)
    ON CONFLICT (coalesce(person_id, 0), name) WHERE revoked_at IS NULL AND replaced_at IS NULL DO NOTHING RETURNING ${selectKey}`,
  row: keyRow,
});

/** A name is free again once its key has expired. */
const replaceExpired = statement({
  name: 'replace_expired_key',
  text: `UPDATE api_keys SET replaced_at = clock_timestamp()
    WHERE name = $1 AND person_id IS NOT DISTINCT FROM $2::int AND revoked_at IS NULL AND replaced_at IS NULL
      AND expires_at <= clock_timestamp()`,
});

const replaceKey = statement({
  name: 'replace_key',
  text: `UPDATE api_keys SET replaced_at = clock_timestamp(),
      expires_at = least(expires_at, clock_timestamp() + $2::float8 * interval '1 millisecond')
    FROM (SELECT id AS old, extract(epoch FROM expires_at - created_at)::float8 * 1000 AS life FROM api_keys
      WHERE name = $1 AND person_id IS NOT DISTINCT FROM $3::int AND revoked_at IS NULL AND replaced_at IS NULL
      FOR UPDATE) present
    WHERE id = old RETURNING prefix, scopes, projects, plans, labels, tasks, life AS "lifeMs"`,
  row: {
    prefix: keyRow.prefix,
    scopes: keyRow.scopes,
    projects: keyRow.projects,
    plans: keyRow.plans,
    labels: keyRow.labels,
    tasks: keyRow.tasks,
    lifeMs: col.float.orNull,
  },
});

/** What a key may do, for the record. */
function describe(key: ApiKey): string {
  const bounds = keyBounds.map((list) => key[list].length > 0 && `${list} ${key[list].join(', ')}`);
  const end = key.expiresAt === null ? 'does not expire' : `expires ${key.expiresAt}`;
  return [`${key.prefix}…: ${key.scopes.join(', ')}`, ...bounds, end].filter(Boolean).join('; ');
}

function nameTaken(name: string): InvalidInputError {
  const message = `expected the name of a service without a key, got ${JSON.stringify(name)}, which has one. Rotate that key, revoke it, or choose another name`;
  return new InvalidInputError([{ path: ['name'], message, type: 'name_taken' }]);
}
