import { retryCauseFacts } from '../../contract/words/attempts.ts';
import { notifyWhenFacts } from '../../contract/words/notifications.ts';
import { approvalModeFacts, expiryFacts, onOpenFacts, riskFacts } from '../../contract/words/plans.ts';
import { type WordFacts, wordsOf } from '../../contract/words/words.ts';
import type { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';

/** An enum of GraphQL, whatever its words are. */
export type EnumType = ReturnType<typeof builder.enumType<string, string[]>>;

const byWords = new Map<string, EnumType>();

/** What happens to an approval that nobody decides in time. */
export const ExpiryActionEnum = planEnum(
  'ExpiryAction',
  expiryFacts,
  'What happens to an approval that nobody decides in time.',
);

/** How much care an approval asks for. */
export const RiskEnum = planEnum('Risk', riskFacts, 'How much care an approval needs.');

/** Which failures are retried. */
export const RetryCauseEnum = planEnum('RetryCause', retryCauseFacts, 'Which failures are retried.');

/** What a step does beside an open approval of it. */
export const OnOpenEnum = planEnum(
  'OnOpen',
  onOpenFacts,
  'What a step does if an earlier run of it is still pending approval.',
);

/** When the output of a step needs approval. */
export const ApprovalModeEnum = planEnum(
  'ApprovalMode',
  approvalModeFacts,
  'When the output of a step needs approval.',
);
planEnum('NotifyWhen', notifyWhenFacts, 'When you are notified.');

/** Makes the enum of the words that an option of plans can hold; its input type finds it by them. */
function planEnum<Word extends string>(
  name: string,
  table: Readonly<Record<Word, WordFacts>>,
  description: string,
) {
  const made = enumOf(name, table, { description });
  byWords.set(wordsOf(table).join(), made);
  return made;
}

/** Finds the enum of some words. */
export function planEnumOf(words: readonly unknown[]): EnumType | undefined {
  return byWords.get(words.join());
}
