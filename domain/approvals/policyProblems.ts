import { planLabel } from '../../contract/projectName.ts';
import { col, statement } from '../../database/statement.ts';
import { InvalidInputError } from '../input/errors.ts';
import { type FloorRule, stepOnFloor } from '../plans/approvalFloor.ts';
import type { PlanDefinition } from '../plans/planDefinition.ts';
import { type ApprovalPolicy, isAboutPeople } from '../plans/policy.ts';
import type { Store } from '../store.ts';
import { type KnownNames, type PeopleStore, readKnownNames } from './knownNames.ts';
import { whyUnmeetable } from './unmeetable.ts';

/** A step whose approval nobody can give here, and why. */
export interface PolicyProblem {
  task: string;
  problem: string;
}

/** Finds the steps of a plan whose approvals nobody could ever give in this set-up, with what the server demands of them. */
export async function problemsOf(
  store: PeopleStore,
  plan: Pick<PlanDefinition, 'steps'>,
  rule?: FloorRule,
): Promise<PolicyProblem[]> {
  const judged = policiesOf(plan, rule);
  return judge(store, judged, await readKnownNames(store, judged));
}

/** Says whether it matters who the people are, to judge a plan. */
export function needsPeople(plan: Pick<PlanDefinition, 'steps'>, rule?: FloorRule): boolean {
  return policiesOf(plan, rule).some(({ policy }) => isAboutPeople(policy));
}

interface JudgedStep {
  task: string;
  policy: Partial<ApprovalPolicy>;
}

/** The policies by which steps are judged: of their gates, and of what they make. */
function policiesOf({ steps }: Pick<PlanDefinition, 'steps'>, rule?: FloorRule): JudgedStep[] {
  return steps
    .map((step) => stepOnFloor(step, rule))
    .flatMap(({ task, approval, policy, gate }) =>
      [...(gate ? [gate] : []), ...(approval === 'never' ? [] : [policy ?? {}])].map((one) => ({
        task,
        policy: one,
      })),
    );
}

/** Says of each step what is wrong, once. */
function judge(
  { knownPeople }: Pick<Store, 'knownPeople'>,
  judged: readonly JudgedStep[],
  names: KnownNames,
): PolicyProblem[] {
  const found = new Map<string, PolicyProblem>();
  for (const { task, policy } of judged) {
    const problem = whyUnmeetable(policy, knownPeople, names);
    if (problem !== undefined) found.set(JSON.stringify([task, problem]), { task, problem });
  }
  return [...found.values()];
}

/**
 * Refuses a plan whose approvals nobody could give because of what the server demands of them: it would only be found out
 * at night.
 * @throws InvalidInputError
 */
export async function refuseUnmeetable(
  store: PeopleStore & Pick<Store, 'approvalFloor'>,
  definition: PlanDefinition,
  project = '',
): Promise<void> {
  const rule = store.approvalFloor?.({ project, name: definition.name });
  const [first] = rule === undefined ? [] : await problemsOf(store, definition, rule);
  if (first === undefined) return;
  const message = `expected approvals that somebody can give. This server demands more of them than the plan (APPROVAL_FLOOR). ${first.task}: ${first.problem}`;
  throw new InvalidInputError([{ path: ['plan'], message, type: 'unmeetable_policy' }]);
}

/** So many plans are looked through at a start, those that were made known last. */
const maxPlans = 200;

/** Finds such steps in the latest content of each plan that was made known in the last 30 days. */
export async function problemsOfPlans(
  store: PeopleStore & Pick<Store, 'approvalFloor'>,
): Promise<(PolicyProblem & { plan: string })[]> {
  const plans = (await store.db.query(latestPlans())).map(({ definition, ...key }) => ({
    plan: planLabel(key),
    judged: policiesOf(definition, store.approvalFloor?.(key)),
  }));
  const names = await readKnownNames(
    store,
    plans.flatMap(({ judged }) => judged),
  );
  return plans.flatMap(({ plan, judged }) =>
    judge(store, judged, names).map((problem) => ({ plan, ...problem })),
  );
}

const latestPlans = statement({
  name: 'latest_plans',
  text: `SELECT project, name, definition FROM (SELECT DISTINCT ON (project, name) project, name, definition, registered_at FROM plans
        WHERE registered_at > now() - interval '30 days' ORDER BY project, name, registered_at DESC) latest
      ORDER BY registered_at DESC LIMIT ${maxPlans}`,
  row: { project: col.text, name: col.text, definition: col.json<PlanDefinition>() },
});
