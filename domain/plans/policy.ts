import type * as z from 'zod';
import {
  type ApprovalPolicy,
  type approvalPolicy,
  policyDefaults,
} from '../../contract/plan/approvalPolicy.ts';
import { type FaultyField, faultyFieldsOf } from '../../contract/plan/policyRules.ts';

export type { ApprovalPolicy } from '../../contract/plan/approvalPolicy.ts';
export { asksForPeople, isAboutPeople } from '../../contract/plan/policyRules.ts';

type GivenPolicy = z.output<typeof approvalPolicy>;

/** Says what no single field of a policy tells, with the field at fault; nothing when it can be fulfilled. */
export function faultOfPolicy(
  policy: GivenPolicy,
): { field: keyof ApprovalPolicy; message: string } | undefined {
  const [field] = faultyFieldsOf(policy);
  return field && { field, message: faults[field](policy) };
}

const faults: Record<FaultyField, (policy: GivenPolicy) => string> = {
  required: ({ approvers = [], required }) =>
    `expected at most the number of approvers (${approvers.length}), got ${required}`,
  onExpire: () =>
    'expected expire, reject or escalate where people must approve (approvers, required over 1, denySelf) or the risk is high, got approve',
  escalateTo: () => 'must name whom to escalate to, because onExpire is escalate, got nobody',
};

/** Says the same of the policy of a gate: before its command runs a step has made nothing, and time alone lets none run. */
export function faultOfGate(policy: GivenPolicy): ReturnType<typeof faultOfPolicy> {
  if (policy.onExpire === 'approve')
    return { field: 'onExpire', message: 'expected expire, reject or escalate for a gate, got approve' };
  if ((policy.onApprove ?? policyDefaults.onApprove) !== 'none')
    return { field: 'onApprove', message: `expected none for a gate, got ${policy.onApprove}` };
  return faultOfPolicy(policy);
}
