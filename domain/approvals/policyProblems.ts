import { planLabel } from '../../contract/projectName.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { InvalidInputError } from '../input/errors.ts';
import type { KnownPeople } from '../input/people.ts';
import { type ApprovalFloor, type FloorRule, stepOnFloor } from '../plans/approvalFloor.ts';
import type { PlanDefinition } from '../plans/planDefinition.ts';
import type { Store } from '../store.ts';
import { whyUnmeetable } from './unmeetable.ts';

/** A step whose approval nobody can give here, and why. */
export interface PolicyProblem {
  task: string;
  problem: string;
}

/** Finds the steps of a plan whose approvals nobody could ever give in this set-up, with what the server demands of them. */
export function problemsOf(
  { steps }: Pick<PlanDefinition, 'steps'>,
  people: KnownPeople | undefined,
  rule?: FloorRule,
): PolicyProblem[] {
  const strict = steps.map((step) => stepOnFloor(step, rule));
  return strict.flatMap(({ task, approval, policy, gate }) => {
    const policies = [...(gate ? [gate] : []), ...(approval === 'never' ? [] : [policy ?? {}])];
    const problems = policies
      .map((one) => whyUnmeetable(one, people))
      .filter((problem) => problem !== undefined);
    return [...new Set(problems)].map((problem) => ({ task, problem }));
  });
}

/**
 * Refuses a plan whose approvals nobody could give because of what the server demands of them: it would only be found out
 * at night.
 * @throws InvalidInputError
 */
export function refuseUnmeetable(
  { approvalFloor, knownPeople }: Pick<Store, 'approvalFloor' | 'knownPeople'>,
  definition: PlanDefinition,
  project = '',
): void {
  const rule = approvalFloor?.({ project, name: definition.name });
  const [first] = rule === undefined ? [] : problemsOf(definition, knownPeople, rule);
  if (first === undefined) return;
  const message = `expected approvals that somebody can give. This server demands more of them than the plan (APPROVAL_FLOOR). ${first.task}: ${first.problem}`;
  throw new InvalidInputError([{ path: ['plan'], message, type: 'unmeetable_policy' }]);
}

/** So many plans are looked through at a start, those that were made known last. */
const maxPlans = 200;

/** Finds such steps in the latest content of each plan that was made known in the last 30 days. */
export async function problemsOfPlans(
  db: Queryable,
  people: KnownPeople | undefined,
  floor?: ApprovalFloor,
): Promise<(PolicyProblem & { plan: string })[]> {
  const plans = await db.query(latestPlans());
  return plans.flatMap(({ definition, ...key }) =>
    problemsOf(definition, people, floor?.(key)).map((problem) => ({ plan: planLabel(key), ...problem })),
  );
}

const latestPlans = statement({
  name: 'latest_plans',
  text: `SELECT project, name, definition FROM (SELECT DISTINCT ON (project, name) project, name, definition, registered_at FROM plans
        WHERE registered_at > now() - interval '30 days' ORDER BY project, name, registered_at DESC) latest
      ORDER BY registered_at DESC LIMIT ${maxPlans}`,
  row: { project: col.text, name: col.text, definition: col.json<PlanDefinition>() },
});
