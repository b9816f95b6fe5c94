import type { Queryable } from '../../prisma/database/database.ts';
import type { StepDefinition } from './planDefinition.ts';
import { readDefinition } from './plans.ts';

/** A run of the engine whose row this transaction holds. */
export interface LockedRun {
  runId: string;
  scope: string;
  planHash: string;
}

/** How far a run is; steps are named by their places in the plan. */
export interface RunState {
  runId: string;
  scope: string;
  planName: string;
  steps: readonly StepDefinition[];
  /** The place of each step, by its name. */
  places: ReadonlyMap<string, number>;
  /** How many more tasks may be put into the queue. */
  free: number;
  /** Those that are in no queue yet, in their order. */
  waiting: Set<number>;
  /** What each has come to that did not succeed, or not yet; a step that was left out holds nobody up. */
  unfinished: Map<number, 'open' | 'failed' | 'skipped'>;
}

/** Locks the row of a run of the engine, before any row of its tasks; undefined for a run of an outside reporter. */
export async function lockRun(tx: Queryable, runId: string): Promise<LockedRun | undefined> {
  const [run] = await tx.query<LockedRun>({
    name: 'lock_run',
    text: `SELECT run_id AS "runId", scope, plan_hash AS "planHash" FROM runs
      WHERE run_id = $1 AND plan_hash IS NOT NULL FOR UPDATE`,
    values: [runId],
  });
  return run;
}

/** Reads how far a locked run is: one row, however many tasks it has. */
export async function readState(tx: Queryable, { runId, scope, planHash }: LockedRun): Promise<RunState> {
  const { name: planName, concurrency, steps } = await readDefinition(tx, planHash);
  const [found] = await tx.query<{
    underway: number;
    waiting: number[];
    open: number[];
    failed: number[];
    skipped: number[];
  }>({
    name: 'run_state',
    text: `SELECT (count(*) FILTER (WHERE ${isUnderway}))::int AS underway,
        ${placesWhere(`status = 'queued' AND job_id IS NULL`)} AS waiting,
        ${placesWhere(`status = 'awaiting_approval' OR ${isUnderway}`)} AS open,
        ${placesWhere(`status = 'failed'`)} AS failed, ${placesWhere(`status = 'skipped'`)} AS skipped
      FROM (SELECT step, status, job_id FROM agents_tasks
        WHERE run_id = $1 AND step IS NOT NULL AND status <> 'succeeded' ORDER BY step) tasks`,
    values: [runId],
  });
  const { underway, waiting, open, failed, skipped } = found ?? nothing;
  const unfinished: RunState['unfinished'] = new Map();
  for (const place of waiting) unfinished.set(place, 'open');
  for (const place of open) unfinished.set(place, 'open');
  for (const place of failed) unfinished.set(place, 'failed');
  for (const place of skipped) unfinished.set(place, 'skipped');
  const common = { runId, scope, planName, steps, places: placesOf(steps) };
  return { ...common, free: concurrency - underway, waiting: new Set(waiting), unfinished };
}

const isUnderway = `(status = 'running' OR status = 'queued' AND job_id IS NOT NULL)`;
const nothing = { underway: 0, waiting: [], open: [], failed: [], skipped: [] };

function placesWhere(condition: string): string {
  return `coalesce(json_agg(step) FILTER (WHERE ${condition}), '[]')`;
}

const known = new WeakMap<readonly StepDefinition[], ReadonlyMap<string, number>>();

/** The place of each step of a plan by its name; remembered as long as the plan is. */
export function placesOf(steps: readonly StepDefinition[]): ReadonlyMap<string, number> {
  const found = known.get(steps) ?? new Map(steps.map(({ task }, place) => [task, place]));
  known.set(steps, found);
  return found;
}
