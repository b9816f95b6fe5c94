import { reference } from '../../contract/input/text.ts';
import { planLabel, splitLabel } from '../../contract/projectName.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { InvalidInputError } from '../input/errors.ts';

/** What a plan is known by. */
export interface PlanKey {
  /** Such as `acme/site`; empty for a plan that belongs to no project. */
  project: string;
  name: string;
}

/** How callers name a plan: `nightly`, or with its project `acme/site:nightly`. */
export const planReference = reference(193);

/** The values of a condition on the plans that a reference may mean, which `isMeant` writes. */
export function meantValues(text: string): [string, string | undefined, string | undefined] {
  const { project, name } = splitLabel(text) ?? {};
  return [text, project, name];
}

/** The condition that a row's plan and project are what a reference means; its values are the first three. */
export function isMeant(plan: string, project: string): string {
  return `(${plan} = $1 OR ${project} = $2 AND ${plan} = $3)`;
}

/**
 * Finds the plan that a reference means. The name alone is enough where one project has such a plan; one that was named
 * comes before one that was only guessed, and that before plans of no project. Undefined when there is none.
 * @throws InvalidInputError when several have one
 */
export async function findPlanKey(db: Queryable, text: string): Promise<PlanKey | undefined> {
  const found = await db.query(planKeys(...meantValues(text)));
  return chooseKey(text, found);
}

const planKeys = statement({
  name: 'plan_keys',
  text: `SELECT DISTINCT project, name, ${standingOf('project')} AS standing FROM plans WHERE ${isMeant('name', 'project')}`,
  row: { project: col.text, name: col.text, standing: col.int },
});

/** A plan that a reference may mean. */
export interface KnownKey extends PlanKey {
  /** How sure it is that there is such a project: 2 for one that was named, 1 for a guess, 0 for none. */
  standing: number;
}

/** The expression for how sure it is that there is the project that a column names. */
export function standingOf(column: string): string {
  return `coalesce((SELECT CASE WHEN is_guessed THEN 1 ELSE 2 END FROM projects known WHERE known.name = ${column}), 0)`;
}

/** Chooses the one that a reference means among those that it may mean. @throws InvalidInputError when there are several */
export function chooseKey<K extends KnownKey>(text: string, found: readonly K[]): K | undefined {
  const best = Math.max(...found.map(({ standing }) => standing));
  const meant = found.filter(({ standing }) => standing === best);
  const [first] = meant;
  if (first === undefined || meant.length === 1) return first;
  const labels = meant.map(planLabel).sort();
  const message = `must name the project of the plan as well, because several projects have a plan of this name: ${labels.join(', ')}; got ${text}`;
  throw new InvalidInputError([{ path: ['plan'], message, type: 'ambiguous_plan' }]);
}
