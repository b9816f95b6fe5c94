import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { type ApiKey, keyRow, selectKey } from './key.ts';
import { otherNamesOf } from './person.ts';

/** Whether a person's keys count, and why not. */
export type OwnerState = 'active' | 'asleep' | 'removed';

/** What a request with a key is judged by. */
export interface KeyFacts extends ApiKey {
  sha256: string;
  /** Of a person's key; null for that of a service. */
  ownerState: OwnerState | null;
  /** The other names of its person. */
  also: string[];
  /** The roles that its person has now, as they are stored. */
  grants: string[];
  groups: string[];
  /** For how many days its person may not have signed in. */
  sleepDays: number;
}

/** After how many days without a sign-in a person's keys sleep, unless it is set. */
export const defaultKeySleepDays = 30;

/**
 * Reads keys by their SHA-256, with one statement; of those that do not exist nothing. A person has the roles that were
 * given here, and those that their accounts brought at a sign-in which is not too long ago.
 */
export function readKeyFacts(
  db: Queryable,
  hashes: readonly string[],
  sleepDays: number = defaultKeySleepDays,
): Promise<KeyFacts[]> {
  return db.query(keyFacts(hashes, sleepDays));
}

const isRecent = "signed_in_at > clock_timestamp() - $2::float8 * interval '1 day'";

const keyFacts = statement({
  name: 'key_facts',
  text: `SELECT sha256, ${selectKey}, $2::float8 AS "sleepDays", "ownerState", coalesce(own || lent, '{}') AS grants,
      ${otherNamesOf('api_keys.person_id')} AS also, coalesce(groups, '{}') AS groups
    FROM api_keys LEFT JOIN LATERAL (
      SELECT people.grants AS own,
        CASE WHEN removed_at IS NOT NULL OR forgotten_at IS NOT NULL THEN 'removed' WHEN ${isRecent} THEN 'active'
          ELSE 'asleep' END AS "ownerState",
        ARRAY(SELECT DISTINCT one FROM principals, unnest(principals.grants) AS one
          WHERE principals.person_id = people.id AND principals.${isRecent} ORDER BY one) AS lent,
        ARRAY(SELECT DISTINCT one FROM principals, unnest(principals.groups) AS one
          WHERE principals.person_id = people.id AND principals.${isRecent} ORDER BY one) AS groups
      FROM people WHERE people.id = api_keys.person_id
    ) owner ON true
    WHERE sha256 = ANY($1::text[])`,
  row: {
    sha256: col.text,
    ...keyRow,
    sleepDays: col.float,
    ownerState: col.word<OwnerState | null>().orNull,
    also: col.list(col.text),
    grants: col.list(col.text),
    groups: col.list(col.text),
  },
});

/** A key that was used, and where the request came from. */
export interface KeyUse {
  id: number;
  address: string | undefined;
}

/** Notes that keys are used, for each at most once a minute, and on record the first time. */
export async function noteKeyUses(db: Queryable, uses: readonly KeyUse[]): Promise<void> {
  await db.query(
    noteUses(
      uses.map(({ id }) => id),
      uses.map(({ address }) => address ?? null),
    ),
  );
}

const noteUses = statement({
  name: 'note_key_uses',
  text: `WITH used AS (
      SELECT api_keys.id, name, prefix, used_at, given.address, 'person:' || person_id AS owner
      FROM unnest($1::int[], $2::text[]) AS given (id, address) JOIN api_keys ON api_keys.id = given.id
      WHERE used_at IS NULL OR used_at < clock_timestamp() - interval '1 minute' ORDER BY api_keys.id FOR UPDATE OF api_keys
    ), noted AS (
      UPDATE api_keys SET used_at = date_trunc('minute', clock_timestamp()) FROM used WHERE api_keys.id = used.id
    )
    INSERT INTO decisions (action, outcome, subject, viewer, viewer_kind, proof, via, address, note)
    SELECT 'use_key', 'done', coalesce(owner || '/' || name, 'service:' || name), coalesce(owner, 'service:' || name),
      CASE WHEN owner IS NULL THEN 'service' ELSE 'person' END, 'key', 'engine', address, prefix || '…'
    FROM used WHERE used_at IS NULL`,
});
