import { retryCauseFacts } from '../../contract/words/attempts.ts';
import { notifyWhenFacts } from '../../contract/words/notifications.ts';
import { approvalModeFacts, expiryFacts, onOpenFacts, riskFacts } from '../../contract/words/plans.ts';
import { enumOf } from '../enums.ts';

/** Why an attempt may be made again. */
export const RetryCauseEnum = enumOf('RetryCause', retryCauseFacts, {
  description: 'Why an attempt at a step is made again.',
});

/** What a step does while earlier work of it is open. */
export const OnOpenEnum = enumOf('OnOpen', onOpenFacts, {
  description: 'What a step does while earlier work of it is open.',
});

/** When a step awaits approval. */
export const ApprovalModeEnum = enumOf('ApprovalMode', approvalModeFacts, {
  description: 'When a step awaits approval.',
});

/** What becomes of an approval that nobody decides in time. */
export const ExpiryActionEnum = enumOf('ExpiryAction', expiryFacts, {
  description: 'What becomes of an approval that nobody decides in time.',
});

/** How much care an approval asks for. */
export const RiskEnum = enumOf('Risk', riskFacts, { description: 'How much care an approval asks for.' });

/** When something of a plan's runs is told. */
export const NotifyWhenEnum = enumOf('NotifyWhen', notifyWhenFacts, {
  description: 'When something is told.',
});
