import { approvalPolicy } from '../../contract/plan/approvalPolicy.ts';
import { backoffKnown } from '../../contract/plan/backoff.ts';
import { notifyRules } from '../../contract/plan/notify.ts';
import { maxPlanBytes, planDefinition } from '../../contract/plan/plan.ts';
import { stepDefinition } from '../../contract/plan/step.ts';
import { inputOf } from './inputOf.ts';

inputOf(
  'BackoffInput',
  backoffKnown,
  'The pauses between attempts: the first one, how it grows, and its longest.',
);
inputOf(
  'ApprovalPolicyInput',
  approvalPolicy,
  'How an approval is decided; what is left out has its default.',
);
inputOf(
  'PlanStepInput',
  stepDefinition,
  'One step of a plan, as far as the server needs to know it: never its command.',
);
inputOf('NotifyInput', notifyRules, 'What of its runs is told, and when.');

/** `PlanInput`: the content of a plan. */
export const PlanInput = inputOf(
  'PlanInput',
  planDefinition,
  `The content of a plan: order and limits of its steps, no command and no secret; at most ${maxPlanBytes / 1024 ** 2} MB as JSON.`,
);
