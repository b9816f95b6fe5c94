import type { InputFieldBuilder } from '../tasks/taskId.ts';

/** The fields of an input that say what somebody looked at before deciding; with a reason they are deprecated. */
export function shownFields(t: InputFieldBuilder, deprecationReason?: string) {
  const older = deprecationReason === undefined ? {} : { deprecationReason };
  return {
    expectedHeadSha: t.string({
      description:
        'The head commit that you reviewed, empty if you were shown none. The decision is refused if the pull request has another one. Required to approve if `onApprove` merges or labels.',
      ...older,
    }),
    expectedOutputsUri: t.string({
      description:
        'The link of the task that you reviewed, empty for none. The decision is refused if the link has changed.',
      ...older,
    }),
    approvalId: t.int({
      description:
        'The `databaseId` of the approval that you reviewed. The decision is refused if the task has a newer approval.',
      ...older,
    }),
  };
}
