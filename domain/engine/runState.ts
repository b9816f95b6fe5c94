import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { StepDefinition } from '../plans/planDefinition.ts';
import { readDefinition } from '../plans/plans.ts';
import type { LockedRun } from '../runs/lock.ts';

/** How far a run is; steps are named by their indexes in the plan. */
export interface RunState {
  steps: readonly StepDefinition[];
  /** Those that are in no queue yet, in their order. */
  waiting: Set<number>;
  /** Those among them that wait for a slot or a lock only. */
  ready: ReadonlySet<number>;
  /** What each has come to that did not succeed, or not yet; a step that was left out holds nobody up, one that is gone does. */
  unfinished: Map<number, 'open' | 'failed' | 'skipped' | 'gone'>;
}

/** Reads how far a locked run is: one row, however many tasks it has. */
export async function readState(tx: Queryable, run: LockedRun): Promise<RunState> {
  const { runId, planHash, leftOut } = run;
  const { steps } = await readDefinition(tx, planHash);
  const [found = nothing] = await tx.query(runStateSql(runId));
  const unfinished: RunState['unfinished'] = new Map();
  for (const stepIndex of [...found.waiting, ...found.open]) unfinished.set(stepIndex, 'open');
  for (const stepIndex of found.failed) unfinished.set(stepIndex, 'failed');
  for (const stepIndex of found.skipped) unfinished.set(stepIndex, 'skipped');
  if (found.present + leftOut.length < steps.length)
    for (const stepIndex of await readGone(tx, run, steps.length)) unfinished.set(stepIndex, 'gone');
  return { steps, waiting: new Set(found.waiting), ready: new Set(found.ready), unfinished };
}

const runStateSql = statement({
  name: 'run_state',
  text: `SELECT count(*)::int AS present, ${stepsWhere(`status = 'queued' AND job_id IS NULL`)} AS waiting,
        ${stepsWhere(`status = 'queued' AND job_id IS NULL AND ready_at IS NOT NULL`)} AS ready,
        ${stepsWhere(`status IN ('awaiting_approval', 'running') OR status = 'queued' AND job_id IS NOT NULL`)} AS open,
        ${stepsWhere(`status = 'failed'`)} AS failed, ${stepsWhere(`status = 'skipped'`)} AS skipped
      FROM (SELECT step, status, job_id, ready_at FROM agents_tasks WHERE run_id = $1 AND step IS NOT NULL ORDER BY step) tasks`,
  row: {
    present: col.int,
    waiting: col.json<number[]>(),
    ready: col.json<number[]>(),
    open: col.json<number[]>(),
    failed: col.json<number[]>(),
    skipped: col.json<number[]>(),
  },
});

const none: number[] = [];
const nothing = {
  present: 0,
  waiting: none,
  ready: none,
  open: none,
  failed: none,
  skipped: none,
};

/** Finds the steps that were a part of a run and of which no task is on record any more. */
async function readGone(tx: Queryable, { runId, leftOut }: LockedRun, steps: number): Promise<number[]> {
  const gone = await tx.query(stepsGone(runId, steps, leftOut));
  return gone.map(({ index }) => index);
}

const stepsGone = statement({
  name: 'steps_gone',
  text: `SELECT index FROM generate_series(0, $2::int - 1) AS index WHERE index <> ALL($3::int[])
      AND NOT EXISTS (SELECT 1 FROM agents_tasks WHERE run_id = $1 AND step = index)`,
  row: { index: col.int },
});

function stepsWhere(condition: string): string {
  return `coalesce(json_agg(step) FILTER (WHERE ${condition}), '[]')`;
}
