import * as z from 'zod';
import { reference } from '../../contract/input/text.ts';
import type { ApprovalState } from '../../contract/words/approvals.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import { retryModes } from '../../contract/words/runs.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import { isFinalStatus } from '../../contract/words/taskStatus.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordedBy, recordForEach } from '../audit/audit.ts';
import { refuseContentOutside } from '../bounds/withinBounds.ts';
import { InvalidInputError, NotFoundError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import type { PlanDefinition } from '../plans/planDefinition.ts';
import { readDefinition } from '../plans/plans.ts';
import { graphOf, withDependants } from '../plans/stepGraph.ts';
import { scopeOfPlan } from '../queue/queueName.ts';
import { ensureQueues } from '../queue/queues.ts';
import { lockRun } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { readTask } from '../tasks/read.ts';
import type { Task } from '../tasks/task.ts';
import { NotRetryableError } from './errors.ts';
import { closeGates } from './gate.ts';
import { inEngine, publish } from './inEngine.ts';
import { releaseReady } from './release.ts';

/** How a run is retried. */
export const retryInput = z
  .object({
    runId: reference(64),
    mode: z.enum(retryModes),
    /** The step to begin from, with the mode `from`, and only then. */
    from: reference(64).nullish(),
  })
  .refine(({ mode, from }) => (mode === 'from') === (from != null), {
    error: 'expected the name of a step exactly when mode is FROM',
    path: ['from'],
  });
export type RetryInput = z.output<typeof retryInput>;

/**
 * Makes tasks of a run again, with all their tries. `failed` takes what failed, was cancelled or never ran because of
 * that; `from` takes a step and all that needs it; `all` takes everything. What a human approved is kept in every
 * mode, and what awaits approval or has not ended yet stays as it is. Gives the ids of the tasks that are made again;
 * each has a row in the record that says who did it.
 * @throws NotFoundError, NotRetryableError, InvalidInputError, OutOfBoundsError
 */
export async function retryRun(
  store: Store,
  viewer: Viewer,
  { runId, mode, from }: RetryInput,
  via: DecisionVia = 'graphql',
): Promise<number[]> {
  return retry(store, { viewer, via, runId }, ({ steps }, tasks) => {
    if (mode === 'all') return tasks;
    if (mode === 'failed') return tasks.filter(hasGoneWrong);
    const names = steps.map(({ task }) => task);
    if (!names.includes(from ?? '')) {
      const message = `expected a step of the run's plan (${names.join(', ')}), got ${from}`;
      throw new InvalidInputError([{ path: ['from'], message, type: 'unknown_step' }]);
    }
    const wanted = withDependants(graphOf(steps), names.indexOf(from ?? ''));
    return tasks.filter(({ step }) => wanted.has(step));
  });
}

/**
 * Makes one failed or skipped task again, with all its tries, and what did not run because of it.
 * @throws NotFoundError, NotRetryableError, OutOfBoundsError
 */
export async function retryTask(
  store: Store,
  viewer: Viewer,
  id: number,
  via: DecisionVia = 'graphql',
): Promise<Task> {
  const { runId, status } = await readTask(store.db, id);
  if (status !== 'failed' && status !== 'skipped')
    throw new NotRetryableError(`Task ${id} is ${status}. Only failed or skipped tasks can be retried.`);
  await retry(store, { viewer, via, runId }, ({ steps }, tasks) => {
    const task = tasks.find((one) => one.id === id);
    if (task === undefined)
      throw new NotRetryableError(`Task ${id} was reported by another tool and can't be retried here.`);
    const dependants = withDependants(graphOf(steps), task.step);
    return tasks.filter((one) => one.id === id || (dependants.has(one.step) && hasGoneWrong(one)));
  });
  return readTask(store.db, id);
}

/** The fields of a task that say whether it can be retried. */
export interface TaskState {
  id: number;
  step: number;
  status: TaskStatus;
  approvalState: ApprovalState | null;
  /** Whether it never ran since it was queued. */
  untried: boolean;
  /** Whether a worker may take it now or after its pause. */
  isDue: boolean;
  /** Whether the command of a cancelled task is still being ended. */
  ending: boolean;
}

type Choice = (plan: PlanDefinition, tasks: readonly TaskState[]) => readonly TaskState[];

async function retry(
  store: Store,
  { viewer, via, runId }: { viewer: Viewer; via: DecisionVia; runId: string },
  choose: Choice,
): Promise<number[]> {
  const plan = await readPlanOf(store.db, runId);
  await refuseContentOutside(store.db, boundsFor(viewer, 'operate'), plan);
  const definition = await readDefinition(store.db, plan);
  // The worker of an exclusive run may be gone, so any that knows the plan may take what is made again.
  const scope = scopeOfPlan(plan);
  await ensureQueues(store, scope, definition);
  const { retried, changed } = await inEngine(store, async (engine) => {
    const { tx } = engine;
    const before = await lockRun(tx, { runId });
    await refuseContentOutside(tx, boundsFor(viewer, 'operate'), plan);
    await tx.query(openRunToRetry(runId, scope, definition.concurrency));
    const tasks = await readStates(tx, runId);
    const chosen = choose(definition, tasks).filter(isRetryable);
    const ids = chosen.map(({ id }) => id);
    if (tasks.some(({ id, ending }) => ending && ids.includes(id)))
      throw new NotRetryableError(
        `Commands of run ${runId} are still being stopped. Try again in a few seconds.`,
      );
    await requeue(tx, ids);
    await recordForEach(
      tx,
      chosen.map(({ id, status }) => ({ id, from: status })),
      {
        action: 'retry',
        outcome: 'done',
        via,
        ...recordedBy(viewer),
      },
    );
    const changed = [...ids];
    const waitAgain = needing(ids, tasks, definition).map(({ id }) => id);
    changed.push(...(await closeGates(tx, waitAgain)));
    const elsewhere = before?.scope === scope ? [] : tasks.filter(isDue).map(({ id }) => id);
    for (const lock of await resetTask(tx, waitAgain, elsewhere)) engine.afterwards.locks.add(lock);
    return { retried: ids, changed: [...changed, ...(await releaseReady(engine, runId))] };
  });
  await publish(store, changed);
  return retried;
}

const openRunToRetry = statement({
  name: 'open_run_to_retry',
  text: 'UPDATE runs SET scope = $2, places = $3 WHERE run_id = $1',
});

async function readPlanOf({ prisma }: Store['db'], runId: string): Promise<string> {
  const run = await prisma.run.findUnique({ where: { runId }, select: { planHash: true } });
  if (run === null) throw new NotFoundError('Run', runId);
  if (run.planHash !== null) return run.planHash;
  throw new NotRetryableError(`Run ${runId} was reported by another tool and can't be retried here.`);
}

/** Reads and locks the tasks of a run that the engine runs, in the order of its steps. */
export function readStates(tx: Queryable, runId: string): Promise<TaskState[]> {
  return tx.query(statesToRetry(runId));
}

const statesToRetry = statement({
  name: 'states_to_retry',
  text: `SELECT id, step, status, approval_state AS "approvalState", attempts = attempt_base AS untried,
        status = 'queued' AND job_id IS NOT NULL AS "isDue",
        EXISTS (SELECT 1 FROM task_attempts WHERE task_id = id AND task_attempts.finished_at IS NULL) AS ending
      FROM agents_tasks WHERE run_id = $1 AND step IS NOT NULL ORDER BY step FOR UPDATE OF agents_tasks`,
  row: {
    id: col.int,
    step: col.int.sure,
    status: col.word<TaskStatus>(),
    approvalState: col.word<ApprovalState>().orNull,
    untried: col.bool,
    isDue: col.bool,
    ending: col.bool,
  },
});

/** A skip of its own, by exit code or condition, did not go wrong. */
function hasGoneWrong({ status, approvalState, untried }: TaskState): boolean {
  return status === 'failed' || (status === 'skipped' && (untried || approvalState === 'cancelled'));
}

function isDue(task: TaskState): boolean {
  return task.isDue;
}

function isRetryable({ status, approvalState }: TaskState): boolean {
  return isFinalStatus(status) && approvalState !== 'approved';
}

/** What needs tasks that are made again. */
function needing(ids: readonly number[], tasks: readonly TaskState[], { steps }: PlanDefinition) {
  const { needs } = graphOf(steps);
  const retried = new Set(ids);
  const again = new Set(tasks.filter(({ id }) => retried.has(id)).map(({ step }) => step));
  return tasks.filter(({ step }) => needs[step]?.some((need) => again.has(need)));
}

/**
 * Lets nobody take the jobs of waiting tasks any more: of those that need what is made again, and wait for it again, and of
 * those that stood in the queues of a run's former scope. One that runs goes on, and waits and asks again before a further
 * try. Gives the locks that they were about to take.
 */
async function resetTask(
  tx: Queryable,
  waitAgain: readonly number[],
  elsewhere: readonly number[],
): Promise<string[]> {
  const taken = await tx.query(takeBack(waitAgain, elsewhere));
  return taken.flatMap(({ lock }) => lock ?? []);
}

const takeBack = statement({
  name: 'take_back',
  text: `UPDATE agents_tasks SET job_id = CASE WHEN status = 'running' THEN job_id END, ready_at = CASE WHEN id = ANY($1::int[]) THEN NULL ELSE ready_at END,
        aside = CASE WHEN id = ANY($1::int[]) THEN NULL ELSE aside END,
        gate = CASE WHEN id = ANY($1::int[]) AND status = 'running' THEN NULL ELSE gate END
      WHERE id = ANY($1::int[] || $2::int[]) AND status IN ('queued', 'running')
      RETURNING CASE status WHEN 'queued' THEN lock_key END AS lock`,
  row: { lock: col.text.orNull },
});

/** Lets tasks wait as if they had never begun. */
export async function requeue(tx: Queryable, ids: readonly number[]): Promise<void> {
  await tx.query(requeueTasks(ids));
}

const requeueTasks = statement({
  name: 'requeue_tasks',
  text: `UPDATE agents_tasks SET status = 'queued', job_id = NULL, ready_at = NULL, aside = NULL, aside_since = NULL, attempt_base = attempts, reason = NULL, remarks = '{}', outputs = NULL,
        outputs_uri = NULL, log_excerpt = NULL, started_at = NULL, finished_at = NULL, duration_ms = NULL,
        approval_state = NULL, approver = NULL, approval_note = NULL, gate = NULL,
        webhook_notified_at = NULL, webhook_error = NULL
      WHERE id = ANY($1::int[])`,
});
