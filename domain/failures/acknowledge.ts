import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { areOnePerson } from '../audit/directory.ts';
import { nameNow } from '../audit/nameNow.ts';
import { refuseTasksOutside } from '../bounds/withinBounds.ts';
import { DomainError, NotFoundError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { lockTaskAlone } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { isFailure } from '../tasks/conditions.ts';
import { readTask } from '../tasks/read.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';

/** Only what failed can be acknowledged: not what runs, succeeded or was skipped, nor what somebody has rejected. */
export class NotAFailureError extends DomainError {
  readonly taskId: number;
  readonly status: TaskStatus;

  constructor({ id, status, approvalState }: Pick<Task, 'id' | 'status' | 'approvalState'>) {
    const state = approvalState === 'rejected' ? 'was rejected, which is a decision' : `is ${status}`;
    super(`Only failures can be acknowledged: task ${id} ${state.replace('_', ' ')}.`);
    this.taskId = id;
    this.status = status;
  }
}

/** Somebody else has acknowledged the failure already. */
export class AlreadyAcknowledgedError extends DomainError {
  readonly taskId: number;
  readonly by: string;
  /** When, as an ISO 8601 time in UTC. */
  readonly at: string;

  constructor(taskId: number, { by, at }: { by: string; at: string }) {
    super(
      `${by} has acknowledged the failure of task ${taskId} already, at ${at.slice(0, 16).replace('T', ' ')} UTC.`,
    );
    this.taskId = taskId;
    this.by = by;
    this.at = at;
  }
}

/**
 * Notes that somebody has taken on the failure of a task, with what they write about it. The first one counts; the same
 * person again changes nothing but the note, if there is another one.
 * @throws NotFoundError, NotAFailureError, AlreadyAcknowledgedError, OutOfBoundsError
 */
export function acknowledgeTask(
  store: Store,
  viewer: Viewer,
  { id, note }: { id: number; note: string | null },
  via: DecisionVia = 'graphql',
): Promise<Task> {
  return change(store, viewer, id, async (tx, task, standing) => {
    if (!isFailure(task)) throw new NotAFailureError(task);
    const { by, at } = standing;
    if (by !== null && at !== null && !(await areOnePerson(tx, by, viewer.id)))
      throw new AlreadyAcknowledgedError(id, { by, at });
    if (by !== null && (note === null || note === standing.note)) return undefined;
    const [changed] = await tx.query(acknowledgeTaskSql(id, viewer.id, note));
    await record(tx, viewer, task, { action: 'acknowledge', note, via });
    return changed;
  });
}

const acknowledgeTaskSql = statement({
  name: 'acknowledge_task',
  text: `UPDATE agents_tasks SET acknowledged_at = coalesce(acknowledged_at, clock_timestamp()),
        acknowledged_by = coalesce(acknowledged_by, $2), acknowledgement_note = $3::text
      WHERE id = $1 RETURNING ${selectTask}`,
  row: taskRow,
});

/**
 * Takes an acknowledgement back, whoever made it: they may be away. Where there is none, nothing changes.
 * @throws NotFoundError, OutOfBoundsError
 */
export function unacknowledgeTask(
  store: Store,
  viewer: Viewer,
  { id }: { id: number },
  via: DecisionVia = 'graphql',
): Promise<Task> {
  return change(store, viewer, id, async (tx, task, { by }) => {
    if (by === null) return undefined;
    const [changed] = await tx.query(unacknowledgeTaskSql(id));
    await record(tx, viewer, task, { action: 'unacknowledge', note: null, via });
    return changed;
  });
}

const unacknowledgeTaskSql = statement({
  name: 'unacknowledge_task',
  text: `UPDATE agents_tasks SET acknowledged_at = NULL, acknowledged_by = NULL, acknowledgement_note = NULL
      WHERE id = $1 RETURNING ${selectTask}`,
  row: taskRow,
});

/** Who has acknowledged a failure, if anybody has. */
interface Standing {
  by: string | null;
  at: string | null;
  note: string | null;
}

/** Locks a task, changes it, and tells of it; what changes nothing gives none. */
async function change(
  store: Store,
  viewer: Viewer,
  id: number,
  make: (tx: Queryable, task: Task, standing: Standing) => Promise<Task | undefined>,
): Promise<Task> {
  const changed = await store.db.transaction(async (tx) => {
    const task = await lockTaskAlone(tx, id);
    if (task === undefined) throw new NotFoundError('Task', id);
    await refuseTasksOutside(tx, boundsFor(viewer, 'operate'), [id]);
    const [standing] = await tx.query(acknowledgementOf(id));
    return make(tx, task, standing ?? { by: null, at: null, note: null });
  });
  if (changed === undefined) return readTask(store.db, id);
  store.changes.publish(changed);
  return changed;
}

const acknowledgementOf = statement({
  name: 'acknowledgement_of',
  text: `SELECT ${nameNow('acknowledged_by')} AS by, acknowledged_at AS at, acknowledgement_note AS note
      FROM agents_tasks WHERE id = $1`,
  row: { by: col.text.orNull, at: col.time.orNull, note: col.text.orNull },
});

function record(
  tx: Queryable,
  viewer: Viewer,
  { id, task, runId, status }: Task,
  about: { action: 'acknowledge' | 'unacknowledge'; note: string | null; via: DecisionVia },
): Promise<void> {
  return recordDecision(tx, {
    taskId: id,
    task,
    runId,
    fromStatus: status,
    toStatus: status,
    outcome: 'done',
    ...about,
    ...recordedBy(viewer),
  });
}
