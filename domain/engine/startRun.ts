import * as z from 'zod';
import type { Queryable } from '../../prisma/database/database.ts';
import { InvalidInputError } from '../errors.ts';
import { once } from '../idempotency.ts';
import { canonicalJson } from '../input/json.ts';
import { jsonObject, name } from '../input/text.ts';
import type { Store } from '../store.ts';
import { idempotencyKey } from '../tasks/input.ts';
import { selectTask, type Task } from '../tasks/task.ts';
import type { Viewer } from '../viewer.ts';
import { RunExistsError } from './errors.ts';
import { type PlanDefinition, planDefinition } from './planDefinition.ts';
import { ensureQueues, type KnownPlan, planNamed, registerPlan } from './plans.ts';
import { scopeOf, scopeOfQueue } from './queueName.ts';
import { releaseReady } from './release.ts';

/** What starts a run. */
export const startRunInput = z
  .object({
    /** The name of a plan that a worker has made known; its latest content is taken. */
    plan: name(48).nullish(),
    /** The content of a plan, from those who have its file; instead of its name. */
    definition: planDefinition.nullish(),
    /** @default `<plan>-YYYY-MM-DD` of the day in UTC, with `-2`, `-3` … for further runs of the day */
    runId: name(64).nullish(),
    /** The names of the steps to run. @default all of the plan; what others of it need and is left out counts as done */
    steps: z.array(name(64)).min(1).max(1000).nullish(),
    inputs: jsonObject.nullish(),
    /** Whether only a worker that names this run may take its tasks. */
    exclusive: z.boolean().nullish(),
    idempotencyKey: idempotencyKey.nullish(),
  })
  .refine(({ plan, definition }) => (plan == null) !== (definition == null), {
    error: 'expected either plan or definition',
    path: ['plan'],
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
 * Starts a run of a plan: the run, its tasks and the first jobs in one transaction. Of several calls with one run id,
 * or with one idempotency key, the first starts it and the others get the same run.
 * @throws InvalidInputError, RunExistsError, IdempotencyKeyReusedError
 */
export async function startRun(store: Store, viewer: Viewer, input: StartRunInput): Promise<StartedRun> {
  const plan = input.definition
    ? await registerPlan(store.db, input.definition)
    : await planNamed(store.db, input.plan ?? '');
  for (;;) {
    try {
      return await startOnce(store, viewer, input, plan);
    } catch (error) {
      if (!(error instanceof IdTakenError)) throw error;
    }
  }
}

/** The id that was free a moment ago belongs to another run now. */
class IdTakenError extends Error {}

async function startOnce(
  store: Store,
  viewer: Viewer,
  input: StartRunInput,
  plan: KnownPlan,
): Promise<StartedRun> {
  const starting = await prepareRun(store, viewer, input, plan);
  const queue = await store.queue();
  const { runId, started, tasks, filled } = await store.db.transaction(async (tx) => {
    const { idempotencyKey: key, ...request } = input;
    const start = () => starting(tx);
    const { answer, replayed } =
      key == null
        ? { answer: await start(), replayed: false }
        : await once(tx, { viewer, key, request }, start);
    const tasks = await readRunTasks(tx, answer.runId);
    return { ...answer, started: answer.started && !replayed, tasks, filled: queue.filledBy(tx) };
  });
  if (started) announceRun(store, tasks, filled.map(scopeOfQueue));
  return { runId, planHash: plan.hash, tasks, started };
}

/** Says that a run was started, after its transaction, and to whom it gives work; without scopes to everybody. */
export function announceRun(store: Store, tasks: readonly Task[], scopes?: readonly string[]): void {
  if (scopes?.length !== 0) store.work.wake(scopes);
  for (const task of tasks) store.changes.publish(task);
}

/**
 * Makes ready to start a run of a plan within a transaction: gives what starts it there, or finds that it was started
 * the same way before. Without a run id it gets the first free one of a day, today unless another is named.
 * @throws InvalidInputError
 */
export async function prepareRun(
  store: Store,
  viewer: Viewer,
  input: StartRunInput,
  plan: KnownPlan,
): Promise<(tx: Queryable, day?: string) => Promise<{ runId: string; started: boolean }>> {
  const chosen = chooseSteps(plan.definition, input.steps);
  // The queues of an exclusive run bear its id, and are made before the transaction that starts it.
  const ownId = input.exclusive ? (input.runId ?? (await freeRunId(store.db, plan.definition.name))) : null;
  const scope = scopeOf(ownId === null ? { planHash: plan.hash } : { runId: ownId });
  const wanted = { ...input, runId: ownId ?? input.runId };
  const queue = await store.queue();
  await ensureQueues(store, scope, plan.definition);
  return async (tx, day) => {
    const runId = await insertRun(tx, viewer, wanted, plan, scope, day);
    if (runId === undefined && input.runId == null) throw new IdTakenError();
    if (runId === undefined) return { runId: await sameRun(tx, input, plan), started: false };
    await insertTasks(tx, runId, plan.definition, chosen);
    await releaseReady(tx, queue, runId);
    return { runId, started: true };
  };
}

function chooseSteps(
  plan: PlanDefinition,
  steps: readonly string[] | null | undefined,
): PlanDefinition['steps'] {
  if (steps == null) return plan.steps;
  const names = plan.steps.map(({ task }) => task);
  const unknown = steps.findIndex((wanted) => !names.includes(wanted));
  if (unknown === -1) return plan.steps.filter(({ task }) => steps.includes(task));
  const message = `expected names of the plan's steps (${names.join(', ')}), got ${steps[unknown]}`;
  throw new InvalidInputError([{ path: ['steps', unknown], message, type: 'unknown_step' }]);
}

/** Inserts the run and gives its id; undefined when a run of the wanted id is there. */
async function insertRun(
  tx: Queryable,
  viewer: Viewer,
  { runId, inputs }: StartRunInput,
  { hash, definition }: KnownPlan,
  scope: string,
  day?: string,
): Promise<string | undefined> {
  for (;;) {
    const id = runId ?? (await freeRunId(tx, definition.name, day));
    const made = await tx.query({
      name: 'start_run',
      text: `INSERT INTO runs (run_id, plan_hash, scope, inputs, started_by) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING RETURNING 1`,
      values: [id, hash, scope, inputs && JSON.stringify(inputs), viewer.id],
    });
    if (made.length > 0) return id;
    if (runId != null) return undefined;
  }
}

/** So many runs of a plan get ids of one day; more need ids of their own. */
const maxRunsOfDay = 1000;

/** The first id of a day in UTC, today by the database's clock unless it is named, that no run has. */
async function freeRunId(tx: Queryable, plan: string, day?: string): Promise<string> {
  const [free] = await tx.query<{ runId: string }>({
    name: 'free_run_id',
    text: `SELECT candidate AS "runId" FROM (
        SELECT $1 || to_char(coalesce($2::timestamptz, now()) AT TIME ZONE 'UTC', '-YYYY-MM-DD') || CASE WHEN n = 1 THEN '' ELSE '-' || n END AS candidate, n
        FROM generate_series(1, ${maxRunsOfDay}) AS n) candidates
      WHERE NOT EXISTS (SELECT 1 FROM runs WHERE run_id = candidate) ORDER BY n LIMIT 1`,
    values: [plan, day],
  });
  if (free) return free.runId;
  const message = `expected an id, since plan ${plan} has had ${maxRunsOfDay} runs of that day`;
  throw new InvalidInputError([{ path: ['runId'], message, type: 'too_many_runs' }]);
}

async function insertTasks(
  tx: Queryable,
  runId: string,
  { steps }: PlanDefinition,
  chosen: PlanDefinition['steps'],
): Promise<void> {
  const places = new Map(steps.map((step, index) => [step, index]));
  const rows = chosen.map((step) => ({
    task: step.task,
    step: places.get(step),
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

/** Gives the id of the run that is there already, when it was started the same way. @throws RunExistsError */
async function sameRun(tx: Queryable, input: StartRunInput, plan: KnownPlan): Promise<string> {
  const runId = input.runId ?? '';
  const [run] = await tx.query<{ planHash: string | null; name: string | null; inputs: unknown }>({
    name: 'same_run',
    text: `SELECT plan_hash AS "planHash", plans.name, inputs FROM runs LEFT JOIN plans ON plans.hash = plan_hash
      WHERE run_id = $1`,
    values: [runId],
  });
  const samePlan = input.definition ? run?.planHash === plan.hash : run?.name === plan.definition.name;
  if (samePlan && canonicalJson(run?.inputs ?? null) === canonicalJson(input.inputs ?? null)) return runId;
  throw new RunExistsError(runId);
}

/** Reads the tasks of a run of the engine, in the order of its steps. */
export function readRunTasks(tx: Queryable, runId: string): Promise<Task[]> {
  return tx.query<Task>({
    name: 'engine_tasks_of_run',
    text: `SELECT ${selectTask} FROM agents_tasks WHERE run_id = $1 AND step IS NOT NULL ORDER BY step`,
    values: [runId],
  });
}
