import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { floorOfContent, stepOnFloor } from '../plans/approvalFloor.ts';
import { readDefinition } from '../plans/plans.ts';
import { graphOf } from '../plans/stepGraph.ts';
import { skip } from '../queue/enqueue.ts';
import type { LockedRun } from '../runs/lock.ts';
import type { Engine } from './engine.ts';
import { openGate } from './gate.ts';
import { compareLater, resolveOpenApprovals } from './openWork.ts';

/** What a look at some steps of a run has come to. */
export interface Looked {
  /** The ids of the tasks whose rows changed. */
  changed: number[];
  /** Whether a task was skipped, so that what needs it wants a look. */
  hasSkipped: boolean;
}

/** Finds those among steps that wait and need nothing any more; undefined when a task that one of them needs is gone. */
export async function findReady(
  tx: Queryable,
  { runId, leftOut, planHash }: LockedRun,
  steps: readonly number[],
): Promise<number[] | undefined> {
  if (steps.length === 0) return [];
  const { needs } = graphOf((await readDefinition(tx, planHash)).steps);
  const without = new Set(leftOut);
  const wanted = steps.map((step) => ({
    step,
    needs: (needs[step] ?? []).filter((need) => !without.has(need)),
  }));
  const ready = await tx.query(findReadySql(runId, JSON.stringify(wanted)));
  return ready.some(({ lacks }) => lacks) ? undefined : ready.map(({ step }) => step);
}

const findReadySql = statement({
  name: 'find_ready',
  text: `SELECT task.step, (SELECT count(*) FROM agents_tasks done WHERE done.run_id = $1 AND done.step IS NOT NULL
          AND done.step = ANY(wanted.needs)) < cardinality(wanted.needs) AS lacks
      FROM jsonb_to_recordset($2::jsonb) AS wanted(step int, needs int[])
        JOIN agents_tasks task ON task.run_id = $1 AND task.step IS NOT NULL AND task.step = wanted.step
      WHERE task.status = 'queued' AND task.job_id IS NULL AND task.ready_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM agents_tasks need WHERE need.run_id = $1 AND need.step IS NOT NULL AND need.step = ANY(wanted.needs)
          AND need.status <> 'succeeded')
      ORDER BY task.step`,
  row: { step: col.int.sure, lacks: col.bool },
});

/** Lets steps whose needs have all succeeded wait for a slot; people are asked at once where a gate comes before. */
export async function becomeReady(engine: Engine, run: LockedRun, steps: readonly number[]): Promise<Looked> {
  const { tx } = engine;
  const looked: Looked = { changed: [], hasSkipped: false };
  if (steps.length === 0) return looked;
  const { steps: definitions } = await readDefinition(tx, run.planHash);
  const gated = steps.filter((step) => definitions[step]?.gate != null);
  const marked = await tx.query(markReady(run.runId, steps, gated));
  const passed = new Set(marked.map(({ step }) => step));
  for (const stepIndex of gated) {
    const planned = definitions[stepIndex];
    if (planned === undefined || passed.has(stepIndex)) continue;
    const step = stepOnFloor(planned, await floorOfContent(tx, engine.floor, run.planHash));
    const stands = await resolveOpenApprovals(engine, { runId: run.runId, step, stepIndex });
    if (stands === 'clear') {
      looked.changed.push(await openGate(engine, { runId: run.runId, step, stepIndex }));
      compareLater(engine, { runId: run.runId, step, stepIndex });
    } else if (stands !== 'aside') {
      looked.changed.push(...(await skip(tx, run.runId, [{ step: stepIndex, reason: stands.reason }])));
      looked.hasSkipped = true;
    }
  }
  return looked;
}

const markReady = statement({
  name: 'mark_ready',
  text: `UPDATE agents_tasks SET ready_at = now(), aside = NULL
      WHERE run_id = $1 AND step = ANY($2::int[]) AND status = 'queued' AND (gate = 'approved' OR step <> ALL($3::int[])) RETURNING step`,
  row: { step: col.int.sure },
});
