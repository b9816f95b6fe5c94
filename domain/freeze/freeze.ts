import * as z from 'zod';
import { describeFreeze, type Freeze } from '../../contract/freeze.ts';
import { note } from '../../contract/input/text.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { areOnePerson } from '../audit/directory.ts';
import { nameNow } from '../audit/nameNow.ts';
import { refuseBounded } from '../bounds/bounds.ts';
import type { NewWork } from '../changes/newWork.ts';
import { DomainError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { decisionNote } from '../tasks/input.ts';

/** Somebody else has frozen the server already. */
export class AlreadyFrozenError extends DomainError {
  readonly freeze: Freeze;

  constructor(freeze: Freeze) {
    super(`The server is frozen already: ${describeFreeze(freeze)}.`);
    this.freeze = freeze;
  }
}

/** Why a server is frozen. */
export const freezeInput = z.object({ why: note.pipe(z.string().trim().min(1).max(500)) });

/** What others should know of its end. */
export const thawInput = z.object({ note: decisionNote });

/** What is woken when the server was frozen or thawed, in every process. */
export const freezeScope = 'freeze';
const newFreeze: readonly NewWork[] = [{ scope: freezeScope, labels: [], count: 1 }];

/**
 * Freezes the server: once this has answered, no command, merge or label starts, on any replica, until somebody thaws it.
 * The same person again changes nothing.
 * @throws AlreadyFrozenError, OutOfBoundsError for a key with any bound
 */
export async function freeze(
  { db, work }: Store,
  viewer: Viewer,
  { why }: z.output<typeof freezeInput>,
  via: DecisionVia = 'graphql',
): Promise<Freeze> {
  refuseBounded(boundsFor(viewer, 'operate'), 'freeze the server');
  const { frozen, isNew } = await db.transaction(async (tx) => {
    // It waits for those that are starting something, and nobody begins to meanwhile.
    await tx.query(awaitStarts());
    const before = await readFreeze(tx);
    if (before && (await areOnePerson(tx, before.by, viewer.id))) return { frozen: before, isNew: false };
    if (before) throw new AlreadyFrozenError(before);
    await tx.query(freezeSql(viewer.id, why));
    await recordDecision(tx, { action: 'freeze', outcome: 'done', note: why, via, ...recordedBy(viewer) });
    return { frozen: await readFreeze(tx), isNew: true };
  });
  if (frozen === undefined) throw new Error('The server is not frozen though its transaction has committed.');
  if (isNew) work.wake(newFreeze);
  return frozen;
}

const awaitStarts = statement({
  name: 'await_starts',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('nightshift freeze ' || current_schema(), 0))`,
});

const freezeSql = statement({
  name: 'freeze',
  text: 'INSERT INTO freezes (frozen_by, why) VALUES ($1, $2)',
});

/**
 * Ends a freeze: what waits starts now. Gives the one that was ended; undefined where the server was not frozen, which
 * changes nothing.
 * @throws OutOfBoundsError for a key with any bound
 */
export async function thaw(
  { db, work }: Store,
  viewer: Viewer,
  { note }: z.output<typeof thawInput> = { note: null },
  via: DecisionVia = 'graphql',
): Promise<Freeze | undefined> {
  refuseBounded(boundsFor(viewer, 'operate'), 'thaw the server');
  const ended = await db.transaction(async (tx) => {
    const before = await readFreeze(tx);
    const gone = await tx.query(thawSql());
    if (gone.length === 0) return undefined;
    // Nobody could take a task meanwhile: how long it waits for a worker counts from now.
    await tx.query(forgetUnclaimed());
    await recordDecision(tx, { action: 'thaw', outcome: 'done', note, via, ...recordedBy(viewer) });
    return before;
  });
  if (ended) {
    work.wake(newFreeze);
    work.wake();
  }
  return ended;
}

const thawSql = statement({ name: 'thaw', text: 'DELETE FROM freezes RETURNING 1' });

const forgetUnclaimed = statement({ name: 'forget_unclaimed', text: 'DELETE FROM unclaimed_jobs' });

/** Reads whether the server is frozen. */
export async function readFreeze(db: Queryable): Promise<Freeze | undefined> {
  const [frozen] = await db.query(presentFreeze());
  return frozen;
}

const presentFreeze = statement({
  name: 'present_freeze',
  text: `SELECT frozen_at AS since, ${nameNow('frozen_by')} AS by, why FROM freezes`,
  row: { since: col.time, by: col.text, why: col.text },
});
