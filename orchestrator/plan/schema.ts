import type * as z from 'zod';
import type { planFile } from '../../contract/plan/plan.ts';

export type { ApprovalMode, GatePolicy } from '../../contract/plan/approvalPolicy.ts';
export type { Condition } from '../../contract/plan/condition.ts';
export type { Step } from '../../contract/plan/step.ts';

/** A checked plan and where it came from. */
export interface Plan extends z.output<typeof planFile> {
  name: string;
  /** The absolute path of the plan file. */
  file: string;
}

/** What a user writes. */
export type PlanDefinition = z.input<typeof planFile>;
/** One entry of a plan as a user writes it. */
export type StepDefinition = PlanDefinition['steps'][number];
