import { approvalStateFacts } from '../contract/words/approvals.ts';
import { runStatusFacts } from '../contract/words/runStatus.ts';
import { taskStatusFacts } from '../contract/words/taskStatus.ts';
import { graphqlName, type WordFacts, wordsOf } from '../contract/words/words.ts';
import { builder } from './builder.ts';

/** The status of a task, as GraphQL writes it. */
export const TaskStatusEnum = enumOf('TaskStatus', taskStatusFacts, {
  description: 'The status of a task. `SUCCEEDED`, `FAILED` and `SKIPPED` are final.',
});

/** The status of a run, as GraphQL writes it. */
export const RunStatusEnum = enumOf('RunStatus', runStatusFacts, {
  description:
    'What the tasks of a run amount to. `SUCCEEDED`, `FAILED` and `SKIPPED` mean that it has ended.',
});

/** The state of an approval, as GraphQL writes it. */
export const ApprovalStateEnum = enumOf('ApprovalState', approvalStateFacts, {
  description: 'The state of the approval of a task.',
});

/** Makes the enum of a table of words: what is `awaiting_approval` elsewhere is `AWAITING_APPROVAL` in GraphQL. */
export function enumOf<Word extends string>(
  name: string,
  table: Readonly<Record<Word, WordFacts>>,
  options: { description: string },
) {
  const entries = wordsOf(table).map((word) => [
    graphqlName(word),
    { value: word, description: table[word].means },
  ]);
  return builder.enumType(name, {
    ...options,
    values: Object.fromEntries(entries) as Record<Uppercase<Word>, { value: Word; description: string }>,
  });
}
