import { approvalStates } from '../../contract/words/approvals.ts';
import { taskStatuses } from '../../contract/words/taskStatus.ts';
import { graphqlName } from '../../contract/words/words.ts';
import type { ApprovalState, TaskFilter, TaskStatus } from '../generated/graphql.ts';
import { type FilterFields, type FilterValues, momentOf } from '../parts/filters/fields.ts';
import { taskTexts } from '../texts/tasks.ts';
import { approvalWords, statusWords } from '../texts/words.ts';

const labels = taskTexts.fields;

/** What tasks can be filtered by, by the flags of `nightshift list`. */
export const taskFields = {
  status: { kind: 'words', label: labels.status, words: taskStatuses, read: statusWords },
  task: { kind: 'texts', label: labels.task },
  run: { kind: 'texts', label: labels.run },
  approval: { kind: 'words', label: labels.approval, words: approvalStates, read: approvalWords },
  acknowledged: { kind: 'switch', group: labels.failures, label: labels.acknowledged },
  unacknowledged: { kind: 'switch', group: labels.failures, label: labels.unacknowledged },
  text: { kind: 'text', label: labels.text, from: 2, to: 100 },
  since: { kind: 'time', label: labels.since },
  until: { kind: 'time', label: labels.until },
} as const satisfies FilterFields;

/** Writes the filter of the API that the values of the flags mean. */
export function taskFilterOf(values: FilterValues<typeof taskFields>): TaskFilter {
  const since = values.since[0] === undefined ? undefined : momentOf(values.since[0]);
  const until = values.until[0] === undefined ? undefined : momentOf(values.until[0]);
  const isAcknowledged =
    values.acknowledged.length > 0 ? true : values.unacknowledged.length > 0 ? false : undefined;
  return {
    ...(values.status.length > 0 && { status: values.status.map((word) => graphqlName(word) as TaskStatus) }),
    ...(values.task.length > 0 && { task: [...values.task] }),
    ...(values.run.length > 0 && { runId: [...values.run] }),
    ...(values.approval.length > 0 && {
      approvalState: values.approval.map((word) => graphqlName(word) as ApprovalState),
    }),
    ...(isAcknowledged !== undefined && { acknowledged: isAcknowledged }),
    ...(values.text[0] !== undefined && { text: values.text[0] }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}
