import { hashOfKey, makeKeyText, sessionMark } from '../../contract/keyText.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { SessionClient } from '../../contract/words/people.ts';
import type { Proof, Scope } from '../../contract/words/viewers.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import type { Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { otherNamesOf } from './person.ts';

/** For how long somebody stays signed in at most, in milliseconds: what an issuer changes counts from the next sign-in. */
export const maxSessionMs = 12 * 3_600_000;
/** After how long without a request a browser is signed out, in milliseconds. */
const browserIdleMs = 4 * 3_600_000;

/** Whose session it becomes. */
export type SessionOwner =
  | { person: number; principal: number | undefined }
  | { key: number }
  | { shared: 'admin' | 'local' };

/** What a session is opened with. */
export interface SessionStart {
  owner: SessionOwner;
  client: SessionClient;
  proof: Proof;
  /** Who that is, for the record. */
  viewer: Pick<Viewer, 'id' | 'kind' | 'person' | 'principal'>;
  /** The secret that pages have to send beside the cookie. */
  pageSecret?: string | undefined;
  /** When the person proved who they are, by the issuer's word. */
  provedAt?: Date | undefined;
  address?: string | undefined;
  /** The browser, as it names itself. */
  agent?: string | undefined;
  /** The token that this browser had before, which works no more. */
  replaces?: string | undefined;
  /** When it ends at the latest, if that is sooner than any session does. */
  notAfter?: Date | undefined;
  via: DecisionVia;
}

/** Signs somebody in; gives the token of the session, which is not to be had again. */
export async function openSession(
  { db, onKeysChanged }: Pick<Store, 'db' | 'onKeysChanged'>,
  start: SessionStart,
): Promise<{ token: string; id: number }> {
  const { owner, client, proof, viewer, pageSecret, provedAt, address, agent, replaces, notAfter, via } =
    start;
  const token = makeKeyText(sessionMark);
  const [id, hasReplaced] = await db.transaction(async (tx) => {
    const replaced =
      replaces === undefined ? [] : await tx.query(replaceSession(hashOfKey(replaces), viewer.id));
    const [made] = await tx.query(
      insertSession(
        hashOfKey(token),
        'person' in owner ? owner.person : null,
        'person' in owner ? (owner.principal ?? null) : null,
        'key' in owner ? owner.key : null,
        'shared' in owner ? owner.shared : null,
        client,
        proof,
        pageSecret === undefined ? null : hashOfKey(pageSecret),
        provedAt?.toISOString() ?? null,
        address ?? null,
        agent?.slice(0, 200).toWellFormed() ?? null,
        maxSessionMs,
        client === 'browser' ? browserIdleMs : maxSessionMs,
        notAfter?.toISOString() ?? null,
      ),
    );
    await recordDecision(tx, {
      action: 'sign_in',
      outcome: 'done',
      via,
      note: client,
      ...recordedBy({ ...viewer, proof, address }),
    });
    return [made?.id ?? 0, replaced.length > 0];
  });
  if (hasReplaced) await onKeysChanged?.();
  return { token, id };
}

const replaceSession = statement({
  name: 'replace_session',
  text: `UPDATE sessions SET ended_at = clock_timestamp(), ended_by = $2
    WHERE sha256 = $1 AND client = 'browser' AND ended_at IS NULL RETURNING id`,
  row: { id: col.int },
});

const insertSession = statement({
  name: 'insert_session',
  text: `INSERT INTO sessions (sha256, person_id, principal_id, key_id, shared, client, proof, page_sha256, proved_at, address,
      agent, expires_at, idle_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::timestamptz, $10, $11,
      least(clock_timestamp() + $12::float8 * interval '1 millisecond', $14::timestamptz), $13) RETURNING id`,
  row: { id: col.int },
});

/** Signs the holder of a session out. Again is the same. */
export async function endSession(
  { db, onKeysChanged }: Pick<Store, 'db' | 'onKeysChanged'>,
  viewer: Viewer,
  via: DecisionVia,
): Promise<void> {
  const { session } = viewer;
  if (session === undefined) return;
  await db.transaction(async (tx) => {
    const ended = await tx.query(endSessions([session.id], viewer.id));
    if (ended.length > 0)
      await recordDecision(tx, { action: 'sign_out', outcome: 'done', via, ...recordedBy(viewer) });
  });
  await onKeysChanged?.();
}

/** Ends sessions, and says which had not ended. */
export const endSessions = statement({
  name: 'end_sessions',
  text: `UPDATE sessions SET ended_at = clock_timestamp(), ended_by = $2
    WHERE id = ANY($1::int[]) AND ended_at IS NULL RETURNING id`,
  row: { id: col.int },
});

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

/** Scopes that need a person to be listed in ADMIN_USERS, where that is set. */
export const boundedByAdmins: readonly Scope[] = ['approve', 'admin'];
