/** What a plan file imports: `import { definePlan } from './orchestrator/plan.ts'`. */
export { definePlan } from './plan/definePlan.ts';
export type { PlanDefinition, StepDefinition } from './plan/schema.ts';
