import { approvalPolicy } from '../../contract/plan/approvalPolicy.ts';
import { backoffKnown } from '../../contract/plan/backoff.ts';
import { notifyRules } from '../../contract/plan/notify.ts';
import { maxPlanBytes, planDefinition } from '../../contract/plan/plan.ts';
import { stepDefinition } from '../../contract/plan/step.ts';
import { inputOf } from './inputOf.ts';

inputOf(
  'BackoffInput',
  backoffKnown,
  'The pauses between attempts: the first one, how it grows, and the longest.',
);
inputOf(
  'ApprovalPolicyInput',
  approvalPolicy,
  'How an approval is decided. Omitted fields have their defaults.',
);
inputOf(
  'PlanStepInput',
  stepDefinition,
  'One step of a plan, with what the server needs to know: never its command.',
);
inputOf('NotifyInput', notifyRules, 'What you are notified of, and when.');

/** `PlanInput`: the content of a plan. */
export const PlanInput = inputOf(
  'PlanInput',
  planDefinition,
  `The content of a plan: the order and limits of its steps, without commands or secrets; at most ${maxPlanBytes / 1024 ** 2} MB as JSON.`,
);
