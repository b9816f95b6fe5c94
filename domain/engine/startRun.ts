import * as z from 'zod';
import { jsonObject, name, reference } from '../../contract/input/text.ts';
import { findTwins, toInputEnvName } from '../../contract/stepEnvironment.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { refusePlanOutside } from '../bounds/bounds.ts';
import { refuseContentOutside } from '../bounds/withinBounds.ts';
import { InvalidInputError } from '../input/errors.ts';
import { withIdempotencyKey } from '../input/idempotency.ts';
import { canonicalJson } from '../input/json.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { maxSteps, type PlanDefinition, planDefinition } from '../plans/planDefinition.ts';
import { planHome } from '../plans/planHome.ts';
import { planReference } from '../plans/planKey.ts';
import { type KnownPlan, planNamed, registerPlan, unlessRetired } from '../plans/plans.ts';
import { scopeOfPlan, scopeOfRun } from '../queue/queueName.ts';
import { ensureQueues } from '../queue/queues.ts';
import type { Store } from '../store.ts';
import { idempotencyKey } from '../tasks/input.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';
import type { Engine } from './engine.ts';
import { RunExistsError } from './errors.ts';
import { inEngine } from './inEngine.ts';
import { freeRunId, insertRun, insertTasks } from './insertRun.ts';
import { releaseReady } from './release.ts';

/** What starts a run. */
export const startRunInput = z
  .object({
    /** The name of a plan that a worker has made known, with its project where several have one; its latest content is taken. */
    plan: planReference.nullish(),
    /** The content of a plan, from those who have its file; instead of its name. */
    definition: planDefinition.nullish(),
    /** Whose plan that is, and where its file stands. @default the project that has a plan of this name, or none */
    home: planHome.nullish(),
    /** @default `<plan>-YYYY-MM-DD` of the day in UTC, after the prefix of its project, with `-2`, `-3` … for further runs of the day */
    runId: name(64).nullish(),
    /** The names of the steps to run. @default all of the plan; what others of it need and is left out counts as done */
    steps: z.array(reference(64)).min(1).max(maxSteps).nullish(),
    inputs: jsonObject
      .superRefine((inputs, context) => {
        const twins = findTwins(
          Object.entries(inputs).flatMap(([key, value]) => (value === null ? [] : [key])),
        );
        if (twins === undefined) return;
        const message = `expected a different variable for each name, got "${twins[0]}" and "${twins[1]}", which both become ${toInputEnvName(twins[0])}`;
        context.addIssue({ code: 'custom', path: [twins[1]], message });
      })
      .nullish(),
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
 * @throws InvalidInputError, PlanElsewhereError, RunExistsError, IdempotencyKeyReusedError, OutOfBoundsError
 */
export async function startRun(store: Store, viewer: Viewer, input: StartRunInput): Promise<StartedRun> {
  const plan = input.definition
    ? await unlessRetired(
        store.db,
        await registerPlan(store.db, viewer, input.definition, 'graphql', input.home),
      )
    : await planNamed(store.db, input.plan ?? '');
  refusePlanOutside(boundsFor(viewer, 'operate'), { project: plan.project, name: plan.definition.name });
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
  const { runId, started, tasks } = await inEngine(store, async (engine) => {
    const { tx } = engine;
    const { idempotencyKey: key, home, ...wanted } = input;
    // Where the plan's file stands may have been told meanwhile.
    const request = home == null ? wanted : { ...wanted, project: home.project };
    const start = () => starting(engine);
    const { answer, replayed } =
      key == null
        ? { answer: await start(), replayed: false }
        : await withIdempotencyKey(tx, { viewer, key, request }, start);
    const tasks = await readRunTasks(tx, answer.runId);
    return { ...answer, started: answer.started && !replayed, tasks };
  });
  if (started) announceRun(store, tasks);
  return { runId, planHash: plan.hash, tasks, started };
}

/** Says that a run was started, after its transaction. */
export function announceRun(store: Store, tasks: readonly Task[]): void {
  for (const task of tasks) store.changes.publish(task, 'created');
}

/**
 * Makes ready to start a run of a plan within a transaction: gives what starts it there, or finds that it was started
 * the same way before. Without a run id it gets the first free one of a day, today unless another is named.
 * @throws InvalidInputError, and what it gives throws OutOfBoundsError
 */
export async function prepareRun(
  store: Store,
  viewer: Viewer,
  input: StartRunInput,
  plan: KnownPlan,
): Promise<(engine: Engine, day?: string) => Promise<{ runId: string; started: boolean }>> {
  const chosen = chooseSteps(plan.definition, input.steps);
  const kept = new Set(chosen);
  // The queues of an exclusive run bear its id, and are made before the transaction that starts it.
  const ownId = input.exclusive ? (input.runId ?? (await freeRunId(store.db, plan))) : null;
  const scope = ownId === null ? scopeOfPlan(plan.hash) : scopeOfRun(ownId);
  const leftOut = [...plan.definition.steps.entries()].flatMap(([index, step]) =>
    kept.has(step) ? [] : [index],
  );
  const wanted = { ...input, runId: ownId ?? input.runId, leftOut };
  await ensureQueues(store, scope, plan.definition);
  return async (engine, day) => {
    const { tx } = engine;
    await refuseContentOutside(tx, boundsFor(viewer, 'operate'), plan.hash);
    const runId = await insertRun(tx, viewer, { ...wanted, scope }, plan, day);
    if (runId === undefined && input.runId == null) throw new IdTakenError();
    if (runId === undefined) return { runId: await sameRun(tx, input, plan, chosen), started: false };
    await insertTasks(tx, runId, plan.definition, chosen);
    await releaseReady(engine, runId);
    return { runId, started: true };
  };
}

function chooseSteps(
  plan: PlanDefinition,
  steps: readonly string[] | null | undefined,
): PlanDefinition['steps'] {
  if (steps == null) return plan.steps;
  const names = new Set(plan.steps.map(({ task }) => task));
  const wanted = new Set(steps);
  const unknown = steps.findIndex((one) => !names.has(one));
  if (unknown === -1) return plan.steps.filter(({ task }) => wanted.has(task));
  const message = `expected names of the plan's steps (${listed(names)}), got ${steps[unknown]}`;
  throw new InvalidInputError([{ path: ['steps', unknown], message, type: 'unknown_step' }]);
}

function listed(names: ReadonlySet<string>): string {
  const first = [...names].slice(0, 50);
  return `${first.join(', ')}${names.size > first.length ? ` and ${names.size - first.length} more` : ''}`;
}

/** Gives the id of the run that is there already, when it was started the same way. @throws RunExistsError */
async function sameRun(
  tx: Queryable,
  input: StartRunInput,
  plan: KnownPlan,
  chosen: PlanDefinition['steps'],
): Promise<string> {
  const runId = input.runId ?? '';
  const [run] = await tx.query(sameRunSql(runId));
  const isSame =
    (input.definition ? run?.planHash === plan.hash : isOfPlan(run, plan)) &&
    canonicalJson(run?.inputs ?? null) === canonicalJson(input.inputs ?? null) &&
    // By its name a plan may have other steps meanwhile.
    (run?.planHash !== plan.hash || run.tasks.join('\n') === chosen.map(({ task }) => task).join('\n'));
  if (isSame) return runId;
  throw new RunExistsError(runId);
}

const sameRunSql = statement({
  name: 'same_run',
  text: `SELECT plan_hash AS "planHash", plans.name, plans.project, inputs, ARRAY(
        SELECT task FROM agents_tasks WHERE agents_tasks.run_id = $1 AND step IS NOT NULL ORDER BY step)::text[] AS tasks
      FROM runs LEFT JOIN plans ON plans.hash = plan_hash WHERE run_id = $1`,
  row: {
    planHash: col.text.orNull,
    name: col.text.orNull,
    project: col.text.orNull,
    inputs: col.json<unknown>().sure,
    tasks: col.list(col.text),
  },
});

function isOfPlan(
  run: { name: string | null; project: string | null } | undefined,
  plan: KnownPlan,
): boolean {
  return run?.name === plan.definition.name && run.project === plan.project;
}

/** Reads the tasks of a run of the engine, in the order of its steps. */
export function readRunTasks(tx: Queryable, runId: string): Promise<Task[]> {
  return tx.query(engineTasksOfRun(runId));
}

const engineTasksOfRun = statement({
  name: 'engine_tasks_of_run',
  text: `SELECT ${selectTask} FROM agents_tasks WHERE run_id = $1 AND step IS NOT NULL ORDER BY step`,
  row: taskRow,
});
