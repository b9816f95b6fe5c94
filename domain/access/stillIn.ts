import type { Scope } from '../../contract/words/viewers.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { OutOfBoundsError } from '../input/errors.ts';
import { mayDo, type Viewer } from '../input/viewer.ts';
import { accessOf } from './grants.ts';

/**
 * Judges a viewer again in the transaction of what outlasts the viewer: a request may have waited while its person was
 * removed, and a server may know of that seconds later. Without a scope it is enough to be signed in still.
 * @throws OutOfBoundsError
 */
export async function requireStillIn(
  tx: Queryable,
  { kind, person, session, key }: Viewer,
  scope?: Scope,
): Promise<void> {
  const [now] = await tx.query(rightsNow(session?.id ?? null, key ?? null, person ?? null));
  // The proxy and tokens bring their roles with each request.
  const hasStoredRoles = kind === 'person' && person !== undefined && (session ?? key) !== undefined;
  if (now?.isIn && (scope === undefined || !hasStoredRoles || mayDo(accessOf(now.grants), scope))) return;
  throw new OutOfBoundsError(
    'What you may do here has changed meanwhile. Sign in again, and see who you are.',
  );
}

/** Waits for whoever changes people, so that nothing is made for somebody who is removed meanwhile. */
export const besidePeople = statement({
  name: 'beside_people',
  text: `SELECT pg_advisory_xact_lock_shared(hashtextextended('people', 47))`,
});

/** Who changes people does it alone: of two admins who would remove each other one stays. */
export const lockPeople = statement({
  name: 'lock_people',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('people', 47))`,
});

const rightsNow = statement({
  name: 'rights_now',
  text: `SELECT NOT EXISTS (SELECT 1 FROM people WHERE id = $3::int AND (removed_at IS NOT NULL OR forgotten_at IS NOT NULL))
      AND ($1::int IS NULL OR EXISTS (SELECT 1 FROM sessions LEFT JOIN principals ON principals.id = principal_id
        WHERE sessions.id = $1::int AND ended_at IS NULL AND expires_at > clock_timestamp()
          AND (principal_id IS NULL OR principals.person_id = sessions.person_id)))
      AND ($2::int IS NULL OR EXISTS (SELECT 1 FROM api_keys WHERE id = $2::int AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > clock_timestamp()))) AS "isIn",
      coalesce((SELECT grants FROM people WHERE id = $3::int), '{}')
        || ARRAY(SELECT unnest(principals.grants) FROM principals WHERE person_id = $3::int
          AND ($1::int IS NULL OR $2::int IS NOT NULL OR id = (SELECT principal_id FROM sessions WHERE id = $1::int))) AS grants`,
  row: { isIn: col.bool, grants: col.list(col.text) },
});
