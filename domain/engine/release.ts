import { randomUUID } from 'node:crypto';
import type { Queryable } from '../../prisma/database/database.ts';
import type { TaskStatus } from '../vocabulary.ts';
import { freeLocks, takeLock } from './locks.ts';
import { faceOpenWork } from './openWork.ts';
import type { StepDefinition } from './planDefinition.ts';
import { readDefinition } from './plans.ts';
import type { TaskQueue } from './queue.ts';
import { queueOf } from './queueName.ts';

/**
 * Brings a run forward within the transaction that changed one of its tasks: skips what can never run, and puts into
 * the queue what may run now, as far as the plan's concurrency and the locks allow. Returns the ids of the tasks
 * whose rows changed. Calls for one run stand in line.
 */
export async function releaseReady(tx: Queryable, queue: TaskQueue, runId: string): Promise<number[]> {
  const run = await openRun(tx, runId);
  if (run === undefined) return [];
  const changed: number[] = [];
  for (let again = true; again; ) {
    changed.push(...(await skipBlocked(tx, run)));
    const released = await enqueueReady(tx, queue, run);
    changed.push(...released.changed);
    again = released.again;
  }
  return changed;
}

/** Puts a task into the queue: a new job for its next attempt, due after some seconds. */
export async function enqueueTask(
  tx: Queryable,
  queue: TaskQueue,
  { taskId, queueName, afterSeconds = 0 }: { taskId: number; queueName: string; afterSeconds?: number },
): Promise<void> {
  const jobId = randomUUID();
  await tx.query({
    name: 'set_job',
    text: 'UPDATE agents_tasks SET job_id = $2 WHERE id = $1',
    values: [taskId, jobId],
  });
  await queue.add(tx, queueName, jobId, afterSeconds);
}

/**
 * After a task has ended: frees its lock, unless its command still is being ended, and brings its run forward and the
 * runs that waited for the lock.
 */
export async function afterTaskEnded(
  tx: Queryable,
  queue: TaskQueue,
  taskId: number,
  runId: string,
): Promise<number[]> {
  const waiting = await freeLocks(tx, taskId);
  const changed: number[] = [];
  for (const id of new Set([runId, ...waiting])) changed.push(...(await releaseReady(tx, queue, id)));
  return changed;
}

interface TaskState {
  id: number;
  step: number;
  status: TaskStatus;
  jobId: string | null;
}

/** A run whose row is locked, with the present state of its tasks. */
interface OpenRun {
  runId: string;
  scope: string;
  planName: string;
  concurrency: number;
  steps: readonly StepDefinition[];
  tasks: readonly TaskState[];
  /** The task of a step by the step's name; none for a step that was left out. */
  taskOf: ReadonlyMap<string, TaskState>;
}

async function openRun(tx: Queryable, runId: string): Promise<OpenRun | undefined> {
  const [run] = await tx.query<{ scope: string; planHash: string }>({
    name: 'lock_run',
    text: `SELECT scope, plan_hash AS "planHash" FROM runs WHERE run_id = $1 AND plan_hash IS NOT NULL FOR UPDATE`,
    values: [runId],
  });
  if (run === undefined) return undefined;
  const { name, concurrency, steps } = await readDefinition(tx, run.planHash);
  const tasks = await tx.query<TaskState>({
    name: 'task_states',
    text: `SELECT id, step, status, job_id AS "jobId" FROM agents_tasks
      WHERE run_id = $1 AND step IS NOT NULL ORDER BY step`,
    values: [runId],
  });
  const taskOf = new Map(tasks.map((task) => [steps[task.step]?.task ?? '', task]));
  return { runId, scope: run.scope, planName: name, concurrency, steps, tasks, taskOf };
}

/** Skips the waiting tasks that need one which has ended and did not succeed, all the way down. */
async function skipBlocked(tx: Queryable, { steps, taskOf }: OpenRun): Promise<number[]> {
  const changed: number[] = [];
  for (const { task: name, needs } of inOrder(steps)) {
    const task = taskOf.get(name);
    if (task === undefined || !isWaiting(task)) continue;
    const blocker = needs.find((need) => isOver(taskOf.get(need)));
    if (blocker === undefined) continue;
    const ending = taskOf.get(blocker)?.status === 'failed' ? 'failed' : 'was skipped';
    await skip(tx, task, `needs ${blocker}, which ${ending}`);
    changed.push(task.id);
  }
  return changed;
}

/** Puts what may run into the queue; a task that is skipped on the way asks for another look at those that need it. */
async function enqueueReady(tx: Queryable, queue: TaskQueue, run: OpenRun) {
  const { runId, scope, planName, concurrency, steps, tasks, taskOf } = run;
  const changed: number[] = [];
  let free = concurrency - tasks.filter(isUnderway).length;
  for (const task of tasks) {
    if (free <= 0) break;
    const step = steps[task.step];
    if (step === undefined || !isWaiting(task)) continue;
    if (!step.needs.every((need) => hasSucceeded(taskOf.get(need)))) continue;
    const open = await faceOpenWork(tx, { plan: planName, runId, step });
    for (const old of open.superseded) {
      changed.push(old.id, ...(await afterTaskEnded(tx, queue, old.id, old.runId)));
    }
    if (open.reason !== undefined) {
      await skip(tx, task, open.reason);
      return { changed: [...changed, task.id], again: true };
    }
    if (!(await takeLock(tx, task.id, step))) continue;
    await enqueueTask(tx, queue, { taskId: task.id, queueName: queueOf(scope, step.labels) });
    task.jobId = 'queued';
    free -= 1;
  }
  return { changed, again: false };
}

const orders = new WeakMap<readonly StepDefinition[], readonly StepDefinition[]>();

/** Steps with those that they need before them, so that one pass skips transitively. */
function inOrder(steps: readonly StepDefinition[]): readonly StepDefinition[] {
  const known = orders.get(steps);
  if (known) return known;
  const placed = new Set<string>();
  const order: StepDefinition[] = [];
  let left = [...steps];
  while (left.length > 0) {
    const next = new Set(left.filter(({ needs }) => needs.every((need) => placed.has(need))));
    if (next.size === 0) break;
    for (const step of next) placed.add(step.task);
    order.push(...next);
    left = left.filter((step) => !next.has(step));
  }
  orders.set(steps, order);
  return order;
}

function isWaiting({ status, jobId }: TaskState): boolean {
  return status === 'queued' && jobId === null;
}

// A step that was left out of the run on purpose holds nobody up.
function hasSucceeded(task: TaskState | undefined): boolean {
  return task === undefined || task.status === 'succeeded';
}

function isOver(task: TaskState | undefined): boolean {
  return task?.status === 'failed' || task?.status === 'skipped';
}

function isUnderway({ status, jobId }: TaskState): boolean {
  return status === 'running' || (status === 'queued' && jobId !== null);
}

async function skip(tx: Queryable, task: TaskState, reason: string): Promise<void> {
  task.status = 'skipped';
  await tx.query({
    name: 'skip_task',
    text: `UPDATE agents_tasks SET status = 'skipped', reason = $2::text, log_excerpt = '[nightshift] skipped: ' || $2::text,
        started_at = now(), finished_at = now(), duration_ms = 0
      WHERE id = $1 AND status = 'queued'`,
    values: [task.id, reason],
  });
}
