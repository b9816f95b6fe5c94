import type { PlanDefinition } from '../../contract/plan/definition.ts';

/**
 * Defines a plan: what runs, in which order, and when. The default export of a `<name>.plan.ts` file.
 * It only lends the types to an editor; the plan is checked when it is loaded.
 */
export function definePlan(plan: PlanDefinition): PlanDefinition {
  return plan;
}
