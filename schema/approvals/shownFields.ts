import type { InputFieldBuilder } from '../tasks/taskId.ts';

/** The fields of an input that say what somebody looked at before deciding; with a reason they are deprecated. */
export function shownFields(t: InputFieldBuilder, deprecationReason?: string) {
  const older = deprecationReason === undefined ? {} : { deprecationReason };
  return {
    expectedHeadSha: t.string({
      description:
        'The head commit that you looked at, empty for none; refused when the pull request is known to have another. Needed to approve what `onApprove` then merges or labels.',
      ...older,
    }),
    expectedOutputsUri: t.string({
      description: 'The link of the task that you looked at, empty for none; refused when it is another now.',
      ...older,
    }),
    approvalId: t.int({
      description: 'The `databaseId` of the approval that you looked at; refused when the task waits anew.',
      ...older,
    }),
  };
}
