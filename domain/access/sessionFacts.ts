import type { SessionClient } from '../../contract/words/people.ts';
import type { Proof } from '../../contract/words/viewers.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { otherNamesOf } from './person.ts';

/** Whether a session still counts, and why not. */
export type SessionState = 'active' | 'ended' | 'expired' | 'removed';

/** What a request of a session is judged by. */
export interface SessionFacts {
  sha256: string;
  id: number;
  client: SessionClient;
  proof: Proof;
  pageSha256: string | null;
  provedAt: string | null;
  state: SessionState;
  shared: 'admin' | 'local' | null;
  person: number | null;
  /** Its account that signed in. */
  principal: number | null;
  /** The person, as policies name them. */
  label: string | null;
  /** The other names of the person. */
  also: string[];
  /** The roles that the person has, as they are stored. */
  grants: string[];
  groups: string[];
  /** The key that it was opened with. */
  keySha256: string | null;
}

/** Reads sessions by the SHA-256 of their tokens, with one statement; of those that do not exist nothing. */
export function readSessionFacts(db: Queryable, hashes: readonly string[]): Promise<SessionFacts[]> {
  return db.query(sessionFacts(hashes));
}

const sessionFacts = statement({
  name: 'session_facts',
  text: `SELECT sessions.sha256, sessions.id, client, sessions.proof, page_sha256 AS "pageSha256", proved_at AS "provedAt", shared,
      sessions.person_id AS person, principals.id AS principal, people.label, coalesce(people.grants || principals.grants, people.grants, '{}') AS grants,
      ${otherNamesOf('sessions.person_id')} AS also, coalesce(principals.groups, '{}') AS groups, api_keys.sha256 AS "keySha256",
      CASE WHEN people.removed_at IS NOT NULL OR people.forgotten_at IS NOT NULL THEN 'removed'
        WHEN sessions.ended_at IS NOT NULL OR (sessions.principal_id IS NOT NULL AND principals.id IS NULL) THEN 'ended'
        WHEN least(sessions.expires_at, seen_at + idle_ms * interval '1 millisecond') <= clock_timestamp() THEN 'expired'
        ELSE 'active' END AS state
    FROM sessions LEFT JOIN people ON people.id = sessions.person_id
      LEFT JOIN principals ON principals.id = sessions.principal_id AND principals.person_id = sessions.person_id
      LEFT JOIN api_keys ON api_keys.id = key_id
    WHERE sessions.sha256 = ANY($1::text[])`,
  row: {
    sha256: col.text,
    id: col.int,
    client: col.word<SessionClient>(),
    proof: col.word<Proof>(),
    pageSha256: col.text.orNull,
    provedAt: col.time.orNull,
    shared: col.word<'admin' | 'local' | null>().orNull,
    person: col.int.orNull,
    principal: col.int.orNull,
    label: col.text.orNull,
    also: col.list(col.text),
    grants: col.list(col.text),
    groups: col.list(col.text),
    keySha256: col.text.orNull,
    state: col.word<SessionState>(),
  },
});

/** Notes that sessions are used. */
export async function noteSessionUses(db: Queryable, ids: readonly number[]): Promise<void> {
  await db.query(noteSeen(ids));
}

const noteSeen = statement({
  name: 'note_sessions_seen',
  text: 'UPDATE sessions SET seen_at = clock_timestamp() WHERE id = ANY($1::int[]) AND ended_at IS NULL',
});
