import { planLabel } from '../../contract/projectName.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** Something that a setting names. */
export interface NamedPlans {
  /** A project. */
  project?: string;
  /** A plan by its name without the project, or with a `*` at its end all that begin so. */
  plan?: string;
  /** A project, a plan with its project, or a plan of no project. */
  place?: string;
}

/** So many plans are known; with more, nothing is said. */
const maxPlans = 10_000;

/**
 * Finds what settings name although no plan of that name was ever registered, so that a rule that was mistyped does not go
 * unnoticed. A server that knows no plan yet says nothing.
 */
export async function findUnknownPlans<T extends NamedPlans>(
  db: Queryable,
  named: readonly T[],
): Promise<T[]> {
  if (named.length === 0) return [];
  const plans = await db.query(plansKnown());
  if (plans.length === 0 || plans.length > maxPlans) return [];
  const projects = new Set(plans.map(({ project }) => project));
  const names = new Set(plans.map(({ name }) => name));
  const places = new Set(plans.flatMap((plan) => [plan.project, planLabel(plan)]));
  const isPlan = (text: string) =>
    text.endsWith('*') ? [...names].some((name) => name.startsWith(text.slice(0, -1))) : names.has(text);
  return named.filter(
    ({ project, plan, place }) =>
      (project !== undefined && !projects.has(project)) ||
      (plan !== undefined && !isPlan(plan)) ||
      (place !== undefined && !places.has(place)),
  );
}

const plansKnown = statement({
  name: 'plans_known',
  text: `SELECT DISTINCT project, name FROM plans LIMIT ${maxPlans + 1}`,
  row: { project: col.text, name: col.text },
});
