import { keepLink } from '../../contract/input/link.ts';
import type { DecisionAction, DecisionVia } from '../../contract/words/decisions.ts';
import { decisionFacts } from '../../contract/words/decisions.ts';
import { decide } from '../approvals/decide.ts';
import type { Shown } from '../approvals/shown.ts';
import { changeTaskWithin, refuseTasksOutside } from '../bounds/withinBounds.ts';
import { DecisionIsFinalError, OutOfBoundsError } from '../input/errors.ts';
import { boundsFor, mayDo, type Viewer } from '../input/viewer.ts';
import { openOutbox } from '../notifications/outbox.ts';
import { isOwnWork } from '../runs/own.ts';
import type { Store } from '../store.ts';
import type { TaskChanges } from '../tasks/input.ts';
import { readTask } from '../tasks/read.ts';
import { addRemarks } from '../tasks/remarks.ts';
import { decisionFor } from '../tasks/status.ts';
import type { Task } from '../tasks/task.ts';
import { changeColumns } from './change.ts';
import { changeAwaited } from './changeLink.ts';
import { refuseOtherThanShown } from './frozen.ts';

/**
 * Changes the given fields of a task that an outside reporter keeps; null clears one, no fields change nothing. Of a task
 * that the engine runs, and of one that was decided, a report changes hardly anything: see `withoutFrozen`.
 * An `approvalState` that is a decision is the older way to decide and goes the way of every decision.
 * @throws NotFoundError, IllegalTransitionError, DecisionIsFinalError, OutOfBoundsError, and what `decide` throws
 */
export async function updateTask(
  store: Store,
  viewer: Viewer,
  id: number,
  { expectedHeadSha, expectedOutputsUri, approvalId, ...given }: TaskChanges & Shown,
  via: DecisionVia = 'graphql',
): Promise<Task> {
  const link = given.outputsUri == null ? undefined : keepLink(given.outputsUri);
  const changes = link ? { ...given, outputsUri: link.uri } : given;
  const { approvalState, approver, approvalNote, ...rest } = changes;
  const action = decisionIn(changes);
  // A decision is judged with all others.
  if (action === undefined) await refuseTasksOutside(store.db, boundsFor(viewer, 'report'), [id]);
  if (Object.values(changes).every((value) => value === undefined)) {
    refuseReading(viewer, 'This changes nothing of the task');
    return readTask(store.db, id);
  }
  // With the scope `work` alone it was looked at that the task is the viewer's own work.
  if (
    action === undefined &&
    mayDo(viewer, 'report') &&
    !mayDo(viewer, 'read') &&
    (await isOfOthers(store, viewer, id))
  )
    refuseReading(viewer, 'The task is run by Nightshift');

  if (action === undefined) {
    const task = await report(store, viewer, id, changes);
    if (link) await addRemarks(store.db, id, link.remarks, { ofReport: true });
    store.changes.publish(task);
    return task;
  }
  const decided = decisionFacts[action].status;
  if (rest.status !== undefined && rest.status !== decided) {
    throw new DecisionIsFinalError(
      id,
      'status',
      `${approvalState} requires the status ${decided}, got ${rest.status}.`,
    );
  }
  const { outputsUri: _link, logExcerpt: _excerpt, ...beside } = { ...rest, status: undefined };
  return decide(store, {
    id,
    action,
    note: approvalNote,
    via,
    expectedHeadSha,
    expectedOutputsUri,
    approvalId,
    by: viewer,
    approver: viewer.identified ? undefined : (approver ?? undefined),
    async also(tx, task, isNew) {
      refuseOtherThanShown(task, rest);
      const changed = await changeColumns(tx, id, beside, { isWithDecision: isNew });
      return changed.task ?? task;
    },
  });
}

/** Whoever changes something gets the task back, and must not get to read by changing nothing of their own. @throws OutOfBoundsError */
function refuseReading(viewer: Viewer, why: string): void {
  if (!mayDo(viewer, 'read')) throw new OutOfBoundsError(`${why}, and to read it requires the read scope.`);
}

async function isOfOthers({ db }: Store, viewer: Viewer, id: number): Promise<boolean> {
  const task = await db.prisma.task.findUnique({ where: { id }, select: { step: true } });
  return task != null && task.step !== null && !(await isOwnWork(db, viewer, { taskId: id }));
}

/** Finds what changes decide, if they do, which needs another permission than reporting does. */
export function decisionIn({
  approvalState,
}: Pick<TaskChanges, 'approvalState'>): DecisionAction | undefined {
  return approvalState == null ? undefined : decisionFor(approvalState);
}

async function report(store: Store, viewer: Viewer, id: number, given: TaskChanges): Promise<Task> {
  const { approvalState, approver, ...changes } = given;
  const bounds = boundsFor(viewer, 'report');
  if (approvalState !== undefined || approver !== undefined || changes.approvalNote !== undefined)
    refuseRewriting(await readTask(store.db, id), given);
  if (changes.status !== 'awaiting_approval') {
    const { task } = await changeTaskWithin(store.db, bounds, id, (db) => changeColumns(db, id, changes));
    if (task) return task;
  }
  const outbox = await openOutbox(store);
  return store.db.transaction(async (tx) => {
    await refuseTasksOutside(tx, bounds, [id]);
    return changeAwaited(tx, id, changes, { outbox, floor: store.approvalFloor });
  });
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
    throw new DecisionIsFinalError(task.id, 'approval_note', 'it is part of the decision that was made.');
  }
}
