import { hashOfKey, makeKeyText, sessionMark } from '../../contract/keyText.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { SessionClient } from '../../contract/words/people.ts';
import type { Proof } from '../../contract/words/viewers.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import type { Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';

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
