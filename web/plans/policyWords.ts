import { writeDuration } from '../../contract/text/duration.ts';
import type { StepPolicyFragment } from '../generated/graphql.ts';
import { planTexts } from '../texts/plans.ts';
import type { CurrentStep } from './usePlanContent.ts';

const texts = planTexts.policy;

/** When the output of a step needs approval, and of whom. */
export function describeApproval({ approval, policy }: CurrentStep): string {
  if (approval === 'NEVER') return texts.modes.NEVER;
  return [texts.modes[approval], ...describePolicy(policy)].join(', ');
}

/** Of whom a step needs approval before it runs; undefined where it has no gate. */
export function describeGate({ gate }: CurrentStep): string | undefined {
  return gate === null ? undefined : [texts.gate, ...describePolicy(gate)].join(', ');
}

/** What of a policy is not as everywhere. */
function describePolicy(policy: StepPolicyFragment): string[] {
  const { approvers, required, denySelf, expiresAfterMs, onExpire, escalateTo, onApprove, risk } = policy;
  return [
    ...(approvers.length > 0 ? [texts.by(approvers.join(', '))] : []),
    ...(required > 1 ? [texts.required(required)] : []),
    ...(denySelf ? [texts.denySelf] : []),
    expiresAfterMs === null
      ? texts.never
      : texts.after(writeDuration(expiresAfterMs), texts.onExpire[onExpire], escalateTo.join(', ')),
    ...(onApprove === 'none' ? [] : [texts.onApprove(onApprove)]),
    ...(risk === 'HIGH' ? [texts.highRisk] : []),
  ];
}
