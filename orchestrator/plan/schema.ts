import type * as z from 'zod';
import type { planFile } from '../../contract/plan/plan.ts';

export type { GatePolicy } from '../../contract/plan/approvalPolicy.ts';
export type { Condition } from '../../contract/plan/condition.ts';
export type { Step } from '../../contract/plan/step.ts';

/** A checked plan and where it came from. */
export interface Plan extends z.output<typeof planFile> {
  name: string;
  /** The absolute path of the plan file. */
  file: string;
}
