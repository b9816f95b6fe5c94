import type { PersonState, PrincipalKind } from '../../contract/words/people.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** A person whom the server knows. Times are ISO 8601 strings in UTC. */
export interface Person {
  id: number;
  /** How policies and the record name the person; null once forgotten. */
  label: string | null;
  /** The roles that an admin gave, as they are stored. */
  grants: string[];
  state: PersonState;
  createdAt: string;
  signedInAt: string | null;
  removedAt: string | null;
  removedBy: string | null;
  /** The person that all accounts of this one were linked to. */
  mergedInto: string | null;
}

/** The select list that yields a `Person`. */
export const selectPerson = `people.id, people.label, people.grants, people.created_at AS "createdAt",
  people.signed_in_at AS "signedInAt", people.removed_at AS "removedAt", people.removed_by AS "removedBy",
  (SELECT other.label FROM people other WHERE other.id = people.merged_into) AS "mergedInto",
  CASE WHEN people.forgotten_at IS NOT NULL THEN 'forgotten' WHEN people.removed_at IS NOT NULL THEN 'removed'
    WHEN people.signed_in_at IS NULL THEN 'invited' ELSE 'active' END AS state`;

/** Its columns. */
export const personRow = {
  id: col.int,
  label: col.text.orNull,
  grants: col.list(col.text),
  state: col.word<PersonState>(),
  createdAt: col.time,
  signedInAt: col.time.orNull,
  removedAt: col.time.orNull,
  removedBy: col.text.orNull,
  mergedInto: col.text.orNull,
};

/** What proves who a person is. Times are ISO 8601 strings in UTC. */
export interface Principal {
  id: number;
  /** Null while it waits for an admin to link it. */
  personId: number | null;
  kind: PrincipalKind;
  issuer: string;
  subject: string;
  label: string;
  /** The roles that the rules of its issuer gave at its last sign-in. */
  grants: string[];
  groups: string[];
  linkedBy: string | null;
  createdAt: string;
  signedInAt: string | null;
  /** Of one that waits: the person who is known by the name that it has here. */
  likelyPerson?: string | null;
}

/** Gives the address that an account shows, which its issuer has verified; null where it shows none. */
export function addressOfAccount({ kind, label }: Pick<Principal, 'kind' | 'label'>): string | null {
  const isAddress = kind !== 'github' && !label.startsWith('account:') && label.includes('@');
  return isAddress ? label : null;
}

/** The select list that yields a `Principal`. */
export const selectPrincipal = `principals.id, principals.person_id AS "personId", principals.kind, principals.issuer,
  principals.subject, principals.label, principals.grants, principals.groups, principals.linked_by AS "linkedBy",
  principals.created_at AS "createdAt", principals.signed_in_at AS "signedInAt"`;

/** Its columns. */
export const principalRow = {
  id: col.int,
  personId: col.int.orNull,
  kind: col.word<PrincipalKind>(),
  issuer: col.text,
  subject: col.text,
  label: col.text,
  grants: col.list(col.text),
  groups: col.list(col.text),
  linkedBy: col.text.orNull,
  createdAt: col.time,
  signedInAt: col.time.orNull,
};

/**
 * The other names that mean a person wherever people are named: addresses that an admin has linked, and names of those who
 * were merged into them.
 */
export const otherNamesOf = (
  id: string,
) => `ARRAY(SELECT linked.identity_key FROM principals linked WHERE linked.person_id = ${id}
    AND linked.kind IN ('mail', 'proxy') AND linked.issuer = ''
  UNION SELECT merged.identity_key FROM people merged WHERE merged.merged_into = ${id} AND merged.label IS NOT NULL ORDER BY 1)`;

/** The number of whoever has the key of an address or a name: what an admin has linked counts before what is only spelled alike. */
export const personByKey = (
  key: string,
) => `coalesce((SELECT person_id FROM principals WHERE kind IN ('mail', 'proxy') AND issuer = ''
    AND identity_key = ${key} AND person_id IS NOT NULL ORDER BY kind LIMIT 1),
  (SELECT id FROM people named WHERE named.identity_key = ${key}))`;

/** So many ways to sign in are read of one person. */
export const maxPrincipals = 50;

/** Reads how several people sign in, with one statement, in the order of the ids. */
export async function readPrincipals(db: Queryable, people: readonly number[]): Promise<Principal[][]> {
  const found = Map.groupBy(await db.query(principalsOf(people)), ({ personId }) => personId);
  return people.map((id) => found.get(id) ?? []);
}

const principalsOf = statement({
  name: 'principals_of',
  text: `SELECT found.* FROM unnest($1::int[]) AS wanted (id), LATERAL (SELECT ${selectPrincipal} FROM principals
      WHERE person_id = wanted.id ORDER BY id LIMIT ${maxPrincipals}) AS found`,
  row: principalRow,
});

/** How many keys of a person work, and how many sessions are open. */
export interface PersonCounts {
  keys: number;
  sessions: number;
}

/** So many are counted at most. */
export const maxCounted = 100;

/** Counts what several people hold, with one statement, in the order of the ids. */
export async function countHeld(db: Queryable, people: readonly number[]): Promise<PersonCounts[]> {
  const found = new Map((await db.query(heldBy(people))).map(({ id, ...counts }) => [id, counts]));
  return people.map((id) => found.get(id) ?? { keys: 0, sessions: 0 });
}

const heldBy = statement({
  name: 'held_by_people',
  text: `SELECT id,
      (SELECT count(*)::int FROM (SELECT 1 FROM api_keys WHERE person_id = wanted.id AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > clock_timestamp()) LIMIT ${maxCounted}) counted) AS keys,
      (SELECT count(*)::int FROM (SELECT 1 FROM sessions WHERE person_id = wanted.id AND ended_at IS NULL
        AND least(expires_at, seen_at + idle_ms * interval '1 millisecond') > clock_timestamp() LIMIT ${maxCounted}) counted) AS sessions
    FROM unnest($1::int[]) AS wanted (id)`,
  row: { id: col.int, keys: col.int, sessions: col.int },
});
