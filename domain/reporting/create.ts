import { keepLink } from '../../contract/input/link.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { refuseReportOutside } from '../bounds/bounds.ts';
import { refuseRunOutside } from '../bounds/withinBounds.ts';
import { withIdempotencyKey } from '../input/idempotency.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { notifyApproval, reporterGraceSeconds } from '../notifications/notifyApproval.ts';
import { type Outbox, openOutbox } from '../notifications/outbox.ts';
import { type ApprovalFloor, onFloor } from '../plans/approvalFloor.ts';
import type { Store } from '../store.ts';
import type { CreateTaskInput } from '../tasks/input.ts';
import { openReported } from '../tasks/openApproval.ts';
import { toRemarks } from '../tasks/remarks.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';

/** The task that a request made, or had made when it was sent before. */
export interface CreatedTask {
  task: Task;
  /** True when an idempotency key recognised the request and this is its first answer. */
  replayed: boolean;
}

/**
 * Records a task of an outside reporter. With an idempotency key, the same request again gives the first answer
 * and makes nothing.
 * @throws IdempotencyKeyReusedError when the key was used for another request; OutOfBoundsError, also for a task in the run
 * of a plan that is outside
 */
export async function createTask(
  store: Store,
  viewer: Viewer,
  input: CreateTaskInput,
  idempotencyKey?: string | null,
): Promise<CreatedTask> {
  const bounds = boundsFor(viewer, 'report');
  refuseReportOutside(bounds, input.task);
  const awaits = input.status === 'awaiting_approval';
  const outbox = awaits ? await openOutbox(store) : undefined;
  const insert = async (tx: Queryable) => {
    const told = { outbox, floor: store.approvalFloor };
    const task = awaits ? await insertAwaiting(tx, input, told) : await insertTask(tx, input);
    // Now that it has the task the run can no longer come to be one of a plan.
    await refuseRunOutside(tx, bounds, input.runId);
    return task;
  };
  const create = async (): Promise<CreatedTask> =>
    idempotencyKey == null && !awaits && bounds === undefined
      ? { task: await insert(store.db), replayed: false }
      : store.db.transaction(async (tx) => {
          if (idempotencyKey == null) return { task: await insert(tx), replayed: false };
          const request = { viewer, key: idempotencyKey, request: input };
          const { answer, replayed } = await withIdempotencyKey(tx, request, () => insert(tx));
          // Answers that were kept before rows had versions have none.
          return { task: { ...answer, version: answer.version ?? 1 }, replayed };
        });
  const created = await create().catch((error: unknown) => {
    // Its run, empty and old, was deleted just now: another one is made.
    if (isOfDeletedRun(error)) return create();
    throw error;
  });
  if (!created.replayed) store.changes.publish(created.task, 'created');
  return created;
}

function isOfDeletedRun(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'agents_tasks_run_id_fkey';
}

/** Its reporter may tell of it itself, and has some time to say so. */
async function insertAwaiting(
  tx: Queryable,
  input: CreateTaskInput,
  { outbox, floor }: { outbox: Outbox | undefined; floor: ApprovalFloor | undefined },
): Promise<Task> {
  const task = await insertTask(tx, input);
  await openReported(tx, task, onFloor({}, floor?.(undefined)));
  const told = { taskId: task.id, reason: 'needed', afterSeconds: reporterGraceSeconds } as const;
  if (outbox) await notifyApproval({ ...outbox, tx }, told);
  return task;
}

async function insertTask(db: Queryable, input: CreateTaskInput): Promise<Task> {
  const link = input.outputsUri == null ? { uri: null, remarks: [] } : keepLink(input.outputsUri);
  const [task] = await db.query(
    createTaskSql(
      input.task,
      input.runId,
      input.status,
      input.startedAt === undefined,
      input.startedAt,
      input.finishedAt,
      input.durationMs,
      input.inputs && JSON.stringify(input.inputs),
      link.uri,
      input.logExcerpt,
      input.status === 'awaiting_approval' ? 'pending' : null,
      toRemarks(link.remarks),
    ),
  );
  if (!task) throw new Error('INSERT … RETURNING gave no row.');
  return task;
}

const createTaskSql = statement({
  name: 'create_task',
  text: `INSERT INTO agents_tasks (task, run_id, status, started_at, finished_at, duration_ms, inputs, outputs_uri, log_excerpt, approval_state, remarks)
      VALUES ($1, $2, $3, CASE WHEN $4 THEN now() ELSE $5::timestamptz END, $6, $7, $8, $9, $10, $11, $12) RETURNING ${selectTask}`,
  row: taskRow,
});
