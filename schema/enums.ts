import {
  type ApprovalState,
  approvalStates,
  type TaskStatus,
  taskStatuses,
} from '../contract/words/vocabulary.ts';
import { builder } from './builder.ts';

/** The status of a task, as GraphQL writes it. */
export const TaskStatusEnum = builder.enumType('TaskStatus', {
  description: 'Where a task stands. `SUCCEEDED`, `FAILED` and `SKIPPED` are final.',
  values: toValues<TaskStatus>(taskStatuses, {
    queued: 'Scheduled, not started yet.',
    running: 'Its command is running.',
    succeeded: 'It ended well, or a human approved what it made.',
    failed: 'It ended with an error, or a human rejected what it made.',
    awaiting_approval:
      'It made something, such as a pull request, that a human must see before anything goes on.',
    skipped: 'It did not run, and why is no error; or a human cancelled it.',
  }),
});

/** The state of an approval, as GraphQL writes it. */
export const ApprovalStateEnum = builder.enumType('ApprovalState', {
  description: 'Where the approval of a task stands.',
  values: toValues<ApprovalState>(approvalStates, {
    pending: 'Nobody has decided yet.',
    approved: 'A human approved it.',
    rejected: 'A human rejected it.',
    cancelled: 'A human cancelled the task.',
    expired: 'Nobody decided in time.',
  }),
});

/** The one place where the words of the domain become those of GraphQL: `awaiting_approval`, `AWAITING_APPROVAL`. */
export function toValues<Word extends string>(words: readonly Word[], descriptions: Record<Word, string>) {
  const entries = words.map((word) => [word.toUpperCase(), { value: word, description: descriptions[word] }]);
  return Object.fromEntries(entries) as Record<Uppercase<Word>, { value: Word; description: string }>;
}
