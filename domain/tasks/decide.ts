import type { Queryable } from '../../prisma/database/database.ts';
import { publish } from '../engine/finishAttempt.ts';
import { afterTaskEnded } from '../engine/release.ts';
import { AlreadyDecidedError, NotAwaitingApprovalError } from '../errors.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';
import type { DecisionAction } from '../vocabulary.ts';
import { maxInteger } from './input.ts';
import { readTask } from './read.ts';
import { decisions, sourcesOf } from './status.ts';
import { selectTask, type Task } from './task.ts';

/**
 * Approves, rejects or cancels a task, once: the one way for GraphQL, REST and CLI. The same decision by the same
 * viewer again is a success that changes nothing.
 * @throws NotFoundError, NotAwaitingApprovalError, AlreadyDecidedError
 */
export async function decideTask(
  store: Store,
  viewer: Viewer,
  id: number,
  action: DecisionAction,
  note?: string | null,
): Promise<Task> {
  return decideAs(store, { id, action, approver: viewer.id, note });
}

/** A decision by a name that the caller answers for. */
interface Decision {
  id: number;
  action: DecisionAction;
  approver: string;
  note?: string | null;
  /** What else changes with it, in the same transaction; gives the task as it is then. */
  also?: (tx: Queryable, id: number) => Promise<Task>;
}

/** Decides a task, releases what waited for the decision, and tells of both. @throws what `decideTask` throws */
export async function decideAs(store: Store, decision: Decision): Promise<Task> {
  const { id, also } = decision;
  const queue = (await isInRun(store.db, id)) ? await store.queue() : undefined;
  if (queue === undefined) {
    const decide = async (db: Queryable) => {
      const decided = await decideInside(db, decision);
      return also ? { task: await also(db, id), changed: true } : decided;
    };
    const { task, changed } = await (also ? store.db.transaction(decide) : decide(store.db));
    if (changed) store.changes.publish(task);
    return task;
  }
  const { task, changed } = await store.db.transaction(async (tx) => {
    await lockRunOf(tx, id);
    const decided = await decideInside(tx, decision);
    const released = decided.changed ? await afterTaskEnded(tx, queue, id, decided.task.runId) : [];
    const changed = decided.changed || also ? [id, ...released] : [];
    return { task: also ? await also(tx, id) : decided.task, changed };
  });
  await publish(store, changed);
  return task;
}

/** Says whether the engine runs a task, so that others wait for what is decided about it. */
async function isInRun(db: Queryable, id: number): Promise<boolean> {
  const rows = await db.query({
    name: 'is_in_run',
    text: 'SELECT 1 FROM agents_tasks WHERE id = $1 AND step IS NOT NULL',
    values: [id],
  });
  return rows.length > 0;
}

/** The run's row is locked before its tasks', as by everything that moves them. */
async function lockRunOf(tx: Queryable, id: number): Promise<void> {
  await tx.query({
    name: 'lock_run_of_task',
    text: 'SELECT 1 FROM runs WHERE run_id = (SELECT run_id FROM agents_tasks WHERE id = $1) FOR UPDATE',
    values: [id],
  });
}

async function decideInside(
  db: Queryable,
  { id, action, approver, note }: Decision,
): Promise<{ task: Task; changed: boolean }> {
  const { status, approvalState } = decisions[action];
  for (;;) {
    const [decided] = await db.query<Task>({
      name: 'decide_task',
      text: `UPDATE agents_tasks SET status = $2, approval_state = $3, approver = $4,
          approval_note = coalesce($5, approval_note), finished_at = coalesce(finished_at, now()),
          duration_ms = coalesce(duration_ms, least(greatest(
            coalesce(extract(epoch FROM coalesce(finished_at, now()) - started_at) * 1000, 0), 0), ${maxInteger})::int)
        WHERE id = $1 AND status = ANY($6) RETURNING ${selectTask}`,
      values: [id, status, approvalState, approver, note, sourcesOf(status, action)],
    });
    if (decided) return { task: decided, changed: true };
    const task = await readTask(db, id);
    if (task.approvalState === approvalState && task.approver === approver) return { task, changed: false };
    if (task.approvalState !== null && task.approvalState !== 'pending') {
      throw new AlreadyDecidedError(id, task.approvalState, task.approver);
    }
    if (!sourcesOf(status, action).includes(task.status))
      throw new NotAwaitingApprovalError(id, task.status, action);
  }
}
