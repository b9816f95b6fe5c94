import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { PlanKey } from './planKey.ts';

/** Names the steps of plans by their latest content, in the order of the plans. */
export async function readStepNames(db: Queryable, plans: readonly PlanKey[]): Promise<string[][]> {
  const rows = await db.query(
    stepNamesOfPlans(
      plans.map(({ project }) => project),
      plans.map(({ name }) => name),
    ),
  );
  const found = new Map(rows.map(({ place, steps }) => [place, steps]));
  return plans.map((_, index) => found.get(index + 1) ?? []);
}

const stepNamesOfPlans = statement({
  name: 'step_names_of_plans',
  text: `SELECT wanted.place::int AS place, latest.steps FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted(project, name, place)
      CROSS JOIN LATERAL (SELECT jsonb_path_query_array(definition, '$.steps[*].task') AS steps FROM plans
        WHERE plans.project = wanted.project AND plans.name = wanted.name ORDER BY registered_at DESC LIMIT 1) latest`,
  row: { place: col.int, steps: col.json<string[]>() },
});
