import { InvalidInputError } from '../input/errors.ts';
import { type PlanDefinition, unclaimedLimitsOf } from './planDefinition.ts';
import { faultOfGate, faultOfPolicy } from './policy.ts';
import { graphOf } from './stepGraph.ts';

/** Checks what no single field tells: names are unique, needs exist, and nothing waits for itself. @throws InvalidInputError */
export function checkGraph({ steps, ...plan }: PlanDefinition): void {
  checkLimits(plan);
  const byName = new Map(steps.map((one) => [one.task, one]));
  const fault = (index: number, field: string, message: string, type: string) =>
    new InvalidInputError([{ path: ['steps', index, field], message, type }]);
  for (const [index, { task, needs, policy, gate }] of steps.entries()) {
    const unfit = policy && faultOfPolicy(policy);
    if (unfit) throw fault(index, `policy.${unfit.field}`, unfit.message, 'unfit_policy');
    const unfitGate = gate && faultOfGate(gate);
    if (unfitGate) throw fault(index, `gate.${unfitGate.field}`, unfitGate.message, 'unfit_policy');
    if (byName.get(task) !== steps[index])
      throw fault(index, 'task', `expected a unique name, got ${task} twice`, 'duplicate');
    const unknown = needs.find((need) => !byName.has(need));
    if (unknown !== undefined)
      throw fault(index, 'needs', `expected names of steps of this plan, got ${unknown}`, 'unknown_need');
  }
  const { order } = graphOf(steps);
  if (order.length === steps.length) return;
  const placed = new Set(order);
  const stuck = [...steps.keys()].filter((place) => !placed.has(place));
  const names = stuck.slice(0, maxNamed).map((place) => steps[place]?.task);
  const more = stuck.length > maxNamed ? ` and ${stuck.length - maxNamed} more` : '';
  throw fault(
    stuck[0] ?? 0,
    'needs',
    `must not form a circle, got one through ${names.join(', ')}${more}`,
    'cycle',
  );
}

/** How many steps of a circle are named. */
const maxNamed = 20;

function checkLimits(plan: Omit<PlanDefinition, 'steps'>): void {
  const { afterMs, failsMs } = unclaimedLimitsOf(plan);
  if (failsMs >= afterMs) return;
  const message = `expected at least unclaimedAfterMs, which is ${afterMs}, got ${failsMs}`;
  throw new InvalidInputError([{ path: ['unclaimedFailsMs'], message, type: 'too_small' }]);
}
