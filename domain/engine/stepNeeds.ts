import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readDefinition } from '../plans/plans.ts';
import { graphOf } from '../plans/stepGraph.ts';

/** Names the steps that tasks need by their plan, in the order of the ids; none for what was reported from outside. */
export async function readStepNeeds(db: Queryable, ids: readonly number[]): Promise<string[][]> {
  const rows = await db.query(stepsOfTasks(ids));
  const hashes = [...new Set(rows.map(({ planHash }) => planHash))];
  const plans = new Map(
    await Promise.all(hashes.map(async (hash) => [hash, await readDefinition(db, hash)] as const)),
  );
  const found = new Map(
    rows.map(({ id, step, planHash }) => {
      const { steps = [] } = plans.get(planHash) ?? {};
      const needs = graphOf(steps).needs[step] ?? [];
      return [id, needs.flatMap((place) => steps[place]?.task ?? [])] as const;
    }),
  );
  return ids.map((id) => found.get(id) ?? []);
}

const stepsOfTasks = statement({
  name: 'steps_of_tasks',
  text: `SELECT task.id, task.step, runs.plan_hash AS "planHash" FROM agents_tasks task JOIN runs USING (run_id)
      WHERE task.id = ANY($1::int[]) AND task.step IS NOT NULL AND runs.plan_hash IS NOT NULL`,
  row: { id: col.int, step: col.int.sure, planHash: col.text.sure },
});
