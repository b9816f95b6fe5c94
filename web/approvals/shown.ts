import type { InboxRowFragment, ShownTaskInput } from '../generated/graphql.ts';

/** What somebody was shown of an approval before deciding: a decision names it, and is refused where it no longer holds. */
export interface Shown {
  taskId: number;
  approvalId: number;
  headSha: string | null;
  outputsUri: string | null;
}

/** Notes what is shown of an approval. */
export function shownOf({ databaseId, pullRequest, task }: InboxRowFragment): Shown {
  return {
    taskId: task.databaseId,
    approvalId: databaseId,
    headSha: pullRequest?.headSha ?? null,
    outputsUri: task.outputsUri,
  };
}

/** Writes for the API what was shown. */
export function toInput({ taskId, approvalId, headSha, outputsUri }: Shown): ShownTaskInput {
  return {
    task: { databaseId: taskId },
    approvalId,
    expectedHeadSha: headSha ?? '',
    expectedOutputsUri: outputsUri ?? '',
  };
}

/** Whether both are about the same thing. */
export function isSameShown(one: Shown, other: Shown): boolean {
  return (
    one.approvalId === other.approvalId &&
    one.headSha === other.headSha &&
    one.outputsUri === other.outputsUri
  );
}
