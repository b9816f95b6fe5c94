/** What a plan file imports: `import { definePlan } from './orchestrator/plan.ts'`. */

export type { PlanDefinition, StepDefinition } from '../contract/plan/definition.ts';
export { definePlan } from './plan/definePlan.ts';
