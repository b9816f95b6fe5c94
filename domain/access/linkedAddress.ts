import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import type { Viewer } from '../input/viewer.ts';
import { requirePrincipal } from './knownPerson.ts';
import type { Principal } from './person.ts';
import type { PersonReference } from './personInput.ts';

/**
 * Finds the account that is to be linked. An address that no account shows is one by which somebody comes through the proxy
 * or by links: it becomes an account of whoever is known by that name alone, or of nobody yet.
 * @throws InvalidInputError
 */
export async function principalToLink(
  tx: Queryable,
  reference: PersonReference,
  viewer: Viewer,
): Promise<Principal> {
  const { name } = reference;
  // Nobody says of themselves who they are, and no key makes anybody known.
  const mayBeNew = name !== null && viewer.kind === 'person' && !isSame(name, viewer.id);
  if (mayBeNew && /^[^\s@]+@[^\s@]+$/.test(name) && name.length <= 128)
    await tx.query(insertAddress(identityKey(name), name));
  return requirePrincipal(tx, reference);
}

// Where the name is that of somebody who signs in or has a role, it is no mere address.
const insertAddress = statement({
  name: 'insert_address',
  text: `INSERT INTO principals (person_id, kind, subject, identity_key, label)
    SELECT (SELECT id FROM people WHERE identity_key = $1::text), 'mail', $1::text, $1::text, $2::text
    WHERE NOT EXISTS (SELECT 1 FROM principals WHERE identity_key = $1::text)
      AND NOT EXISTS (SELECT 1 FROM people WHERE identity_key = $1::text AND (removed_at IS NOT NULL OR grants <> '{}'
        OR EXISTS (SELECT 1 FROM principals WHERE person_id = people.id)))
    ON CONFLICT DO NOTHING`,
});
