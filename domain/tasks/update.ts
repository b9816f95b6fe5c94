import type { Queryable } from '../../prisma/database/database.ts';
import type { DecisionVia } from '../approvals/audit.ts';
import { decide } from '../approvals/decide.ts';
import { DecisionIsFinalError, IllegalTransitionError } from '../errors.ts';
import { keepLink } from '../input/link.ts';
import { notifyApproval, reporterGraceSeconds } from '../notify/notifyApproval.ts';
import { openOutbox } from '../notify/outbox.ts';
import { statementName } from '../statementName.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';
import type { DecisionAction, TaskStatus } from '../vocabulary.ts';
import type { TaskChanges } from './input.ts';
import { readTask } from './read.ts';
import { remarksWith, toRemarks } from './remarks.ts';
import { canMove, decisionFor, decisions, explainRefusal, sourcesOf } from './status.ts';
import { selectTask, type Task, taskColumns } from './task.ts';

/**
 * Changes the given fields of a task that an outside reporter keeps; null clears one, no fields change nothing.
 * An `approvalState` that is a decision is the older way to decide and goes the way of every decision.
 * @throws NotFoundError, IllegalTransitionError, DecisionIsFinalError, and what `decide` throws
 */
export async function updateTask(
  store: Store,
  viewer: Viewer,
  id: number,
  changes: TaskChanges,
  via: DecisionVia = 'graphql',
): Promise<Task> {
  const { approvalState, approver, approvalNote, ...rest } = changes;
  const action = decisionIn(changes);
  if (Object.values(changes).every((value) => value === undefined)) return readTask(store.db, id);

  if (action === undefined) {
    const task = await changeAndTell(store, id, changes);
    store.changes.publish(task);
    return task;
  }
  const decided = decisions[action].status;
  if (rest.status !== undefined && rest.status !== decided) {
    throw new DecisionIsFinalError(id, 'status', `${approvalState} means ${decided}, got ${rest.status}.`);
  }
  return decide(store, {
    ...{ id, action, note: approvalNote, via },
    by: viewer,
    approver: viewer.identified ? undefined : (approver ?? undefined),
    also: (tx) => change(tx, id, { ...rest, status: undefined }),
  });
}

/** Finds what changes decide, if they do, which needs another permission than reporting does. */
export function decisionIn({
  approvalState,
}: Pick<TaskChanges, 'approvalState'>): DecisionAction | undefined {
  return approvalState == null ? undefined : decisionFor(approvalState);
}

/** A report that a task awaits approval is told after a time in which its reporter may tell of it itself. */
async function changeAndTell(store: Store, id: number, changes: TaskChanges): Promise<Task> {
  const outbox = changes.status === 'awaiting_approval' ? await openOutbox(store) : undefined;
  if (outbox === undefined) return change(store.db, id, changes);
  const { queue, channels } = outbox;
  return store.db.transaction(async (tx) => {
    const task = await change(tx, id, changes);
    await notifyApproval(tx, queue, channels, {
      ...{ taskId: id, reason: 'needed', afterSeconds: reporterGraceSeconds },
    });
    return task;
  });
}

/** One conditional update for what most reports are; only a refused or special one reads the row first. */
async function change(db: Queryable, id: number, changes: TaskChanges): Promise<Task> {
  const { approvalState, approver, ...rest } = changes;
  if (approvalState !== undefined || approver !== undefined || rest.approvalNote !== undefined) {
    refuseRewriting(await readTask(db, id), changes);
  }
  for (;;) {
    const [task] = await update(db, id, rest);
    if (task) return task;
    refuse(await readTask(db, id), rest);
    await refuseMovingForEngine(db, id, rest);
  }
}

async function update(db: Queryable, id: number, changes: Omit<TaskChanges, 'approvalState' | 'approver'>) {
  const { status } = changes;
  const link = changes.outputsUri == null ? undefined : keepLink(changes.outputsUri);
  const values: unknown[] = [id];
  const sets: string[] = [];
  for (const [property, value] of Object.entries({ ...changes, ...(link && { outputsUri: link.uri }) })) {
    if (value === undefined) continue;
    values.push(value);
    sets.push(`${taskColumns[property as keyof typeof changes]} = $${values.length}`);
  }
  if (link && link.remarks.length > 0)
    sets.push(`remarks = ${remarksWith(`$${values.push(toRemarks(link.remarks))}`)}`);
  let allowed = '';
  if (status !== undefined) {
    values.push([...new Set([status, ...sourcesOf(status, 'report')])]);
    allowed = ` AND step IS NULL AND status = ANY($${values.length})`;
    if (status === 'awaiting_approval') sets.push(`approval_state = 'pending'`);
    if (status === 'running' && changes.startedAt === undefined)
      sets.push('started_at = coalesce(started_at, now())');
  }
  if (sets.length > 0) sets.push('reported_at = now()');
  const text =
    sets.length === 0
      ? `SELECT ${selectTask} FROM agents_tasks WHERE id = $1`
      : `UPDATE agents_tasks SET ${sets.join(', ')} WHERE id = $1${allowed} RETURNING ${selectTask}`;
  return db.query<Task>({ name: statementName(text), text, values });
}

/** Explains why the conditional update found no row; returns when the row has changed meanwhile and may be tried again. */
function refuse(task: Task, { status }: TaskChanges): void {
  if (status !== undefined && !canMove(task.status, status, 'report')) {
    throw new IllegalTransitionError(task.id, task.status, status, explainRefusal(task.status));
  }
}

/** What the engine runs is moved by its leases and by decisions alone, so that no report can overtake them. */
async function refuseMovingForEngine(db: Queryable, id: number, { status: to }: TaskChanges): Promise<void> {
  const [row] = await db.query<{ status: TaskStatus }>({
    name: 'status_in_run',
    text: 'SELECT status FROM agents_tasks WHERE id = $1 AND step IS NOT NULL',
    values: [id],
  });
  if (row === undefined || to === undefined) return;
  const hint =
    'it belongs to a run of the engine, so only its worker, a decision or a cancellation moves it.';
  throw new IllegalTransitionError(id, row.status, to, hint);
}

/** A report neither makes nor unmakes a decision, nor changes what was recorded of it. */
function refuseRewriting(task: Task, changes: TaskChanges): void {
  const { approvalState, approver, approvalNote } = changes;
  const asking = task.approvalState === 'pending' || changes.status === 'awaiting_approval';
  if (
    approvalState !== undefined &&
    approvalState !== task.approvalState &&
    !(approvalState === 'pending' && asking)
  ) {
    const hint = asking
      ? 'approve, reject or cancel the task instead.'
      : `it is ${task.approvalState ?? 'null'}.`;
    throw new DecisionIsFinalError(task.id, 'approval_state', hint);
  }
  if (approver !== undefined && approver !== task.approver) {
    throw new DecisionIsFinalError(task.id, 'approver', 'it is set by the decision.');
  }
  const decided = task.approvalState !== null && task.approvalState !== 'pending';
  if (approvalNote !== undefined && decided && approvalNote !== task.approvalNote) {
    throw new DecisionIsFinalError(task.id, 'approval_note', 'it belongs to the decision that was made.');
  }
}
