import type { Queryable } from '../../prisma/database/database.ts';
import { inEngine } from '../engine/inEngine.ts';
import type { KnownPlan } from '../engine/plans.ts';
import { announceRun, prepareRun, readRunTasks } from '../engine/startRun.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';
import { recordTick, type TickOutcome, tellTick } from './ticks.ts';

/** A due time whose run is wanted. */
export interface WantedStart {
  dueAt: string;
  isLate: boolean;
  /** Whether it is started while an earlier run is under way, too. */
  besideOthers: boolean;
}

/**
 * Starts the run of a due time, unless somebody has seen to it: the row of the due time and the run are made in one
 * transaction. While an earlier run of the plan is under way, the start is left out and that is recorded.
 * @throws InvalidInputError
 */
export async function startDue(
  store: Store,
  viewer: Viewer,
  plan: KnownPlan,
  { dueAt, isLate, besideOthers }: WantedStart,
): Promise<void> {
  const { name } = plan.definition;
  const outcome: TickOutcome = isLate ? 'made_up' : 'started';
  const starting = await prepareRun(store, viewer, { definition: plan.definition }, plan);
  const tasks = await inEngine(store, async (tx, engine) => {
    await standInLine(tx, name);
    if (!(await recordTick(tx, { plan: name, dueAt, outcome, reason: null }))) return [];
    const underWay = besideOthers ? undefined : await runUnderWay(tx, name);
    if (underWay !== undefined) {
      const reason = `${underWay} was still under way`;
      await tellTick(tx, { plan: name, dueAt, outcome: 'skipped', runId: null, reason });
      return [];
    }
    const { runId } = await starting(tx, engine, dueAt);
    await tellTick(tx, { plan: name, dueAt, outcome, runId, reason: null });
    return readRunTasks(tx, runId);
  });
  if (tasks.length > 0) announceRun(store, tasks);
}

/** Two due times that are seen to at once would not see each other's run under way. */
async function standInLine(tx: Queryable, plan: string): Promise<void> {
  await tx.query({
    name: 'line_for_schedule',
    text: `SELECT pg_advisory_xact_lock(hashtextextended('nightshift schedule ' || $1, 0))`,
    values: [plan],
  });
}

/** The latest run of a plan that workers have something to do for; what only waits for a human holds up no other run. */
async function runUnderWay(tx: Queryable, plan: string): Promise<string | undefined> {
  const [run] = await tx.query<{ runId: string }>({
    name: 'run_under_way',
    text: `SELECT run_id AS "runId" FROM agents_tasks task JOIN runs USING (run_id) JOIN plans ON plans.hash = runs.plan_hash
      WHERE plans.name = $1 AND step IS NOT NULL AND (status = 'running' OR (status = 'queued' AND (ready_at IS NOT NULL
        OR NOT EXISTS (SELECT 1 FROM agents_tasks other WHERE other.run_id = task.run_id AND other.status = 'awaiting_approval'))))
      ORDER BY runs.created_at DESC LIMIT 1`,
    values: [plan],
  });
  return run?.runId;
}
