import type { ApprovalPolicy } from '../../contract/plan/approvalPolicy.ts';
import { withDefaults } from '../../contract/plan/policyRules.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { StepDefinition } from './planDefinition.ts';
import type { PlanKey } from './planKey.ts';

/** What a server demands of approvals, whatever their plan says. */
export interface FloorRule {
  /** Whoever approves or rejects must be one of these too; empty for no such demand. */
  approvers: readonly string[];
  /** So many different people must approve, at least. */
  required: number;
  denySelf: boolean;
}

/** Gives what a server demands of the approvals of a plan, or of tasks without one; undefined for nothing. */
export interface ApprovalFloor {
  (plan: PlanKey | undefined): FloorRule | undefined;
  /** The projects and plans that it has rules for, as they were written. */
  places?: readonly string[];
}

type GivenPolicy = Parameters<typeof withDefaults>[0];

/** Makes a policy as strict as the server demands; of either demand the stricter one counts. */
export function onFloor(policy: GivenPolicy, rule: FloorRule | undefined): GivenPolicy {
  if (rule === undefined) return policy;
  const { required, denySelf } = withDefaults(policy);
  return {
    ...policy,
    required: Math.max(required, rule.required),
    denySelf: denySelf || rule.denySelf,
    ...(rule.approvers.length > 0 ? { alsoApprovers: [...rule.approvers] } : {}),
  };
}

/** Makes the approvals of a step as strict as the server demands: what would never have asked asks about pull requests. */
export function stepOnFloor<S extends Pick<StepDefinition, 'approval' | 'policy' | 'gate'>>(
  step: S,
  rule: FloorRule | undefined,
): S {
  if (rule === undefined) return step;
  return {
    ...step,
    approval: step.approval === 'never' ? 'auto' : step.approval,
    policy: onFloor(step.policy ?? {}, rule) as Partial<ApprovalPolicy>,
    gate: step.gate && (onFloor(step.gate, rule) as Partial<ApprovalPolicy>),
  };
}

/** Finds what a server demands of the approvals of a plan's content; no statement where it demands nothing of any. */
export async function floorOfContent(
  tx: Queryable,
  floor: ApprovalFloor | undefined,
  planHash: string,
): Promise<FloorRule | undefined> {
  if (floor === undefined) return undefined;
  const [plan] = await tx.query(planOfContent(planHash));
  return floor(plan);
}

const planOfContent = statement({
  name: 'plan_of_content',
  text: 'SELECT project, name FROM plans WHERE hash = $1',
  row: { project: col.text, name: col.text },
});
