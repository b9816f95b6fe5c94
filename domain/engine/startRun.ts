import * as z from 'zod';
import type { Queryable } from '../../prisma/database/database.ts';
import { InvalidInputError } from '../errors.ts';
import { jsonObject, name } from '../input/text.ts';
import type { Store } from '../store.ts';
import { selectTask, type Task } from '../tasks/task.ts';
import type { Viewer } from '../viewer.ts';
import { RunExistsError } from './errors.ts';
import {
  canonicalJson,
  checkGraph,
  hashDefinition,
  type PlanDefinition,
  planDefinition,
} from './planDefinition.ts';
import { queueOf, scopeOf } from './queueName.ts';
import { releaseReady } from './release.ts';

/** What starts a run. */
export const startRunInput = z.object({
  plan: planDefinition,
  runId: name(64),
  /** The names of the steps to run. @default all of the plan; what others of it need and is left out counts as done */
  steps: z.array(name(64)).min(1).max(1000).nullish(),
  inputs: jsonObject.nullish(),
  /** Whether only a worker that names this run may take its tasks. */
  exclusive: z.boolean().default(false),
});
export type StartRunInput = z.output<typeof startRunInput>;

/** A run that was started now, or had been started so before. */
export interface StartedRun {
  runId: string;
  planHash: string;
  tasks: Task[];
  /** False when the same run was there already. */
  started: boolean;
}

/**
 * Starts a run of a plan: the run, its tasks and the first jobs in one transaction. Of several calls with one run id
 * the first starts it and the others get the same run.
 * @throws InvalidInputError, RunExistsError
 */
export async function startRun(store: Store, viewer: Viewer, input: StartRunInput): Promise<StartedRun> {
  checkGraph(input.plan);
  const chosen = chooseSteps(input);
  const planHash = hashDefinition(input.plan);
  const scope = scopeOf(input.exclusive ? { runId: input.runId } : { planHash });
  const queue = await store.queue();
  await ensureQueues(store, scope, input.plan);
  const { tasks, started } = await store.db.transaction(async (tx) => {
    await insertPlan(tx, planHash, input.plan);
    const made = await tx.query({
      name: 'start_run',
      text: `INSERT INTO runs (run_id, plan_hash, scope, inputs, started_by) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING RETURNING 1`,
      values: [input.runId, planHash, scope, input.inputs && JSON.stringify(input.inputs), viewer.id],
    });
    if (made.length === 0) return { tasks: await readSame(tx, input, planHash), started: false };
    await insertTasks(tx, input, chosen);
    await releaseReady(tx, queue, input.runId);
    return { tasks: await readRunTasks(tx, input.runId), started: true };
  });
  if (started) {
    for (const task of tasks) store.changes.publish(task);
    store.work.wake();
  }
  return { runId: input.runId, planHash, tasks, started };
}

/** Makes a plan known, so that a worker can ask for its tasks before any run of it; the same content is one plan. @throws InvalidInputError */
export async function registerPlan({ db }: Store, plan: PlanDefinition): Promise<string> {
  checkGraph(plan);
  const planHash = hashDefinition(plan);
  await insertPlan(db, planHash, plan);
  return planHash;
}

async function insertPlan(db: Queryable, hash: string, plan: PlanDefinition): Promise<void> {
  await db.query({
    name: 'register_plan',
    text: 'INSERT INTO plans (hash, name, definition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    values: [hash, plan.name, JSON.stringify(plan)],
  });
}

function chooseSteps({ plan, steps }: StartRunInput): PlanDefinition['steps'] {
  if (steps == null) return plan.steps;
  const names = plan.steps.map(({ task }) => task);
  const unknown = steps.findIndex((wanted) => !names.includes(wanted));
  if (unknown === -1) return plan.steps.filter(({ task }) => steps.includes(task));
  const message = `expected names of the plan's steps (${names.join(', ')}), got ${steps[unknown]}`;
  throw new InvalidInputError([{ path: ['steps', unknown], message, type: 'unknown_step' }]);
}

async function ensureQueues(store: Store, scope: string, { steps }: PlanDefinition): Promise<void> {
  const queues = new Map(steps.map(({ labels }) => [queueOf(scope, labels), labels]));
  for (const [queue, labels] of queues) {
    const known = await store.db.query({
      name: 'know_queue',
      text: 'SELECT 1 FROM task_queues WHERE name = $1',
      values: [queue],
    });
    if (known.length > 0) continue;
    await (await store.queue()).ensure([queue]);
    await store.db.query({
      name: 'add_queue',
      text: 'INSERT INTO task_queues (name, scope, labels) VALUES ($1, $2, $3::text[]) ON CONFLICT DO NOTHING',
      values: [queue, scope, labels],
    });
  }
}

async function insertTasks(
  tx: Queryable,
  { plan, runId }: StartRunInput,
  chosen: PlanDefinition['steps'],
): Promise<void> {
  const rows = chosen.map((step) => ({
    task: step.task,
    step: plan.steps.indexOf(step),
    lock_key: step.lock ?? null,
    inputs: step.inputs ?? null,
  }));
  await tx.query({
    name: 'queue_tasks',
    text: `INSERT INTO agents_tasks (task, run_id, status, step, lock_key, inputs)
      SELECT task, $1, 'queued', step, lock_key, inputs
      FROM jsonb_to_recordset($2::jsonb) AS given(task text, step int, lock_key text, inputs jsonb) ORDER BY step`,
    values: [runId, JSON.stringify(rows)],
  });
}

async function readSame(tx: Queryable, input: StartRunInput, planHash: string): Promise<Task[]> {
  const [run] = await tx.query<{ planHash: string | null; inputs: unknown }>({
    name: 'same_run',
    text: 'SELECT plan_hash AS "planHash", inputs FROM runs WHERE run_id = $1',
    values: [input.runId],
  });
  const same =
    run?.planHash === planHash && canonicalJson(run.inputs) === canonicalJson(input.inputs ?? null);
  if (!same) throw new RunExistsError(input.runId);
  return readRunTasks(tx, input.runId);
}

function readRunTasks(tx: Queryable, runId: string): Promise<Task[]> {
  return tx.query<Task>({
    name: 'engine_tasks_of_run',
    text: `SELECT ${selectTask} FROM agents_tasks WHERE run_id = $1 AND step IS NOT NULL ORDER BY step`,
    values: [runId],
  });
}
