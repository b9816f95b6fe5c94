import { plural } from '../../contract/text/plural.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { InvalidInputError } from '../input/errors.ts';
import { mayDo, type Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { refuseProgramOfPerson } from './ownKeys.ts';
import {
  belongsTo,
  isOpen,
  type Session,
  type SessionOwnerFilter,
  selectSession,
  sessionRow,
  sessionsWithOwner,
} from './session.ts';

/** What functions that end sessions work on. */
export type SessionStore = Pick<Store, 'db' | 'onKeysChanged'>;

/**
 * Ends one session of an owner, or with null anybody's; it stays on record. Again is the same.
 * @throws InvalidInputError where there is no such session, OutOfBoundsError
 */
export async function endOneSession(
  { db, onKeysChanged }: SessionStore,
  viewer: Viewer,
  { id, owner }: { id: number; owner: SessionOwnerFilter },
  via: DecisionVia = 'graphql',
): Promise<Session> {
  if (viewer.session?.id !== id) refuseToSignOut(viewer);
  const session = await db.transaction(async (tx) => {
    const [found] = await tx.query(lockSession(id, owner.kind, owner.name));
    if (found === undefined) throw noSession(id);
    const [ended] = await tx.query(endById(id, viewer.id));
    if (ended === undefined) return found;
    const isOwn = viewer.session?.id === id;
    const action = isOwn ? 'sign_out' : 'end_sessions';
    const subject = isOwn ? undefined : found.owner;
    await recordDecision(tx, { action, outcome: 'done', via, subject, ...recordedBy(viewer) });
    return { ...found, ...ended, state: 'ended' as const };
  });
  await onKeysChanged?.();
  return session;
}

/** Ends all sessions of an owner, and says how many there were; it stays on record. @throws OutOfBoundsError */
export async function endAllSessions(
  { db, onKeysChanged }: SessionStore,
  viewer: Viewer,
  { kind, name }: SessionOwnerFilter,
  via: DecisionVia = 'graphql',
): Promise<number> {
  refuseToSignOut(viewer);
  const ended = await db.transaction(async (tx) => {
    const ended = await tx.query(endAll(kind, name, viewer.id));
    if (ended.length === 0) return 0;
    await recordDecision(tx, {
      action: 'end_sessions',
      outcome: 'done',
      via,
      subject: name ?? undefined,
      note: plural(ended.length, 'session'),
      ...recordedBy(viewer),
    });
    return ended.length;
  });
  await onKeysChanged?.();
  return ended;
}

/** Whoever finds a key must not sign its person out; with an admin's they could remove people as well. */
function refuseToSignOut(viewer: Viewer): void {
  if (!mayDo(viewer, 'admin')) refuseProgramOfPerson(viewer, 'end sessions without the admin scope');
}

const lockSession = statement({
  name: 'lock_session',
  text: `SELECT ${selectSession} FROM ${sessionsWithOwner} WHERE sessions.id = $1 AND ${belongsTo(2, 3)} FOR UPDATE OF sessions`,
  row: sessionRow,
});

const endById = statement({
  name: 'end_session',
  text: `UPDATE sessions SET ended_at = clock_timestamp(), ended_by = $2 WHERE id = $1 AND ended_at IS NULL
    RETURNING ended_at AS "endedAt", ended_by AS "endedBy"`,
  row: { endedAt: col.time.orNull, endedBy: col.text.orNull },
});

const endAll = statement({
  name: 'end_all_sessions',
  text: `UPDATE sessions SET ended_at = clock_timestamp(), ended_by = $3
    WHERE ended_at IS NULL AND id IN (SELECT sessions.id FROM ${sessionsWithOwner} WHERE ${isOpen} AND ${belongsTo(1, 2)})
    RETURNING id`,
  row: { id: col.int },
});

function noSession(id: number): InvalidInputError {
  const message = `expected the number of one of your sessions, got ${id}; an admin can end those of others`;
  return new InvalidInputError([{ path: ['databaseId'], message, type: 'no_session' }]);
}
