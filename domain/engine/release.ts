import { randomUUID } from 'node:crypto';
import type { Queryable } from '../../prisma/database/database.ts';
import type { TaskStatus } from '../vocabulary.ts';
import type { PlanDefinition, StepDefinition } from './planDefinition.ts';
import type { TaskQueue } from './queue.ts';
import { queueOf } from './queueName.ts';

/**
 * Brings a run forward within the transaction that changed one of its tasks: skips what can never run, and puts into
 * the queue what may run now, as far as the plan's concurrency and the locks allow. Returns the ids of the tasks
 * whose rows changed. Calls for one run stand in line.
 */
export async function releaseReady(tx: Queryable, queue: TaskQueue, runId: string): Promise<number[]> {
  const run = await lockRun(tx, runId);
  if (run === undefined) return [];
  const tasks = await readStates(tx, runId);
  const byName = new Map(tasks.map((task) => [run.definition.steps[task.step]?.task ?? '', task]));
  const changed: number[] = [];

  for (const [index, step] of inOrder(run.definition.steps)) {
    const task = tasks.find((one) => one.step === index);
    if (task?.status !== 'queued' || task.jobId !== null) continue;
    const blocker = step.needs.find((need) => isOver(byName.get(need)));
    if (blocker === undefined) continue;
    task.status = 'skipped';
    await skip(
      tx,
      task.id,
      `needs ${blocker}, which ${endings[byName.get(blocker)?.status ?? 'failed'] ?? 'did not succeed'}`,
    );
    changed.push(task.id);
  }

  let free = run.definition.concurrency - tasks.filter(isUnderway).length;
  for (const task of tasks) {
    if (free <= 0) break;
    const step = run.definition.steps[task.step];
    if (step === undefined || task.status !== 'queued' || task.jobId !== null) continue;
    if (!step.needs.every((need) => hasSucceeded(byName.get(need)))) continue;
    if (!(await takeLock(tx, task.id, step))) continue;
    await enqueueTask(tx, queue, { taskId: task.id, queueName: queueOf(run.scope, step.labels) });
    task.jobId = 'queued';
    free -= 1;
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

/** After a task has ended: frees its lock, and brings its run forward and the runs that waited for the lock. */
export async function afterTaskEnded(
  tx: Queryable,
  queue: TaskQueue,
  taskId: number,
  runId: string,
): Promise<number[]> {
  const held = await tx.query<{ key: string }>({
    name: 'held_locks',
    text: 'SELECT key FROM task_locks WHERE task_id = $1 ORDER BY key',
    values: [taskId],
  });
  for (const { key } of held) {
    await standInLine(tx, key);
    await tx.query({ name: 'free_lock', text: 'DELETE FROM task_locks WHERE key = $1', values: [key] });
  }
  const waiting = await tx.query<{ runId: string }>({
    name: 'runs_waiting_for_lock',
    text: `SELECT DISTINCT run_id AS "runId" FROM agents_tasks
      WHERE lock_key = ANY($1::text[]) AND status = 'queued' AND job_id IS NULL ORDER BY run_id LIMIT 100`,
    values: [held.map(({ key }) => key)],
  });
  const changed: number[] = [];
  for (const id of new Set([runId, ...waiting.map((row) => row.runId)])) {
    changed.push(...(await releaseReady(tx, queue, id)));
  }
  return changed;
}

interface TaskState {
  id: number;
  step: number;
  status: TaskStatus;
  jobId: string | null;
}

interface LockedRun {
  scope: string;
  definition: PlanDefinition;
}

async function lockRun(tx: Queryable, runId: string): Promise<LockedRun | undefined> {
  const [run] = await tx.query<LockedRun>({
    name: 'lock_run',
    text: `SELECT runs.scope, plans.definition FROM runs JOIN plans ON plans.hash = runs.plan_hash
      WHERE runs.run_id = $1 FOR UPDATE OF runs`,
    values: [runId],
  });
  return run;
}

function readStates(tx: Queryable, runId: string): Promise<TaskState[]> {
  return tx.query<TaskState>({
    name: 'task_states',
    text: `SELECT id, step, status, job_id AS "jobId" FROM agents_tasks
      WHERE run_id = $1 AND step IS NOT NULL ORDER BY step`,
    values: [runId],
  });
}

/** Steps with those that they need before them, so that one pass skips transitively. */
function inOrder(steps: readonly StepDefinition[]): [number, StepDefinition][] {
  const placed = new Set<string>();
  const ordered: [number, StepDefinition][] = [];
  let left = [...steps.entries()];
  while (left.length > 0) {
    const next = left.filter(([, { needs }]) => needs.every((need) => placed.has(need)));
    if (next.length === 0) return ordered;
    for (const [index, step] of next) {
      placed.add(step.task);
      ordered.push([index, step]);
    }
    left = left.filter((entry) => !next.includes(entry));
  }
  return ordered;
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

const endings: Partial<Record<TaskStatus, string>> = { failed: 'failed', skipped: 'was skipped' };

async function skip(tx: Queryable, taskId: number, reason: string): Promise<void> {
  await tx.query({
    name: 'skip_task',
    text: `UPDATE agents_tasks SET status = 'skipped', reason = $2::text, log_excerpt = '[nightshift] skipped: ' || $2::text,
        started_at = now(), finished_at = now(), duration_ms = 0
      WHERE id = $1 AND status = 'queued'`,
    values: [taskId, reason],
  });
}

async function takeLock(tx: Queryable, taskId: number, { lock }: StepDefinition): Promise<boolean> {
  if (lock == null) return true;
  await standInLine(tx, lock);
  const taken = await tx.query({
    name: 'take_lock',
    text: 'INSERT INTO task_locks (key, task_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
    values: [lock, taskId],
  });
  return taken.length > 0;
}

/** Whoever finds a lock held is seen waiting by whoever frees it, because the two look one after the other. */
async function standInLine(tx: Queryable, key: string): Promise<void> {
  await tx.query({
    name: 'line_for_lock',
    text: `SELECT pg_advisory_xact_lock(hashtextextended('nightshift lock ' || $1, 0))`,
    values: [key],
  });
}
