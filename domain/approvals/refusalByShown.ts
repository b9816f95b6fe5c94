import type { DecisionAction } from '../../contract/words/decisions.ts';
import { HeadMovedError, NotAsShownError } from '../input/errors.ts';
import type { Task } from '../tasks/task.ts';
import type { OpenApproval } from './approval.ts';
import type { Shown } from './shown.ts';

/** Says why a decision is not about what was shown; undefined where it is, or the request does not say. */
export function refusalByShown(
  { id: approvalId, isSecond, head, pull }: OpenApproval,
  { outputsUri }: Pick<Task, 'outputsUri'>,
  { id, ...shown }: Shown & { id: number; action: DecisionAction },
): Error | undefined {
  const { expectedHeadSha, expectedOutputsUri } = shown;
  if (shown.approvalId != null && shown.approvalId !== approvalId)
    return new NotAsShownError(
      ...([id, 'approvalId', `it now waits for approval ${approvalId}, not ${shown.approvalId}`] as const),
    );
  // Whoever does not say which approval was shown may mean the one before.
  if (isSecond && shown.approvalId == null && shown.action !== 'cancel')
    return new NotAsShownError(
      ...([
        id,
        'approvalId',
        `its gate was approved before it ran, and now its output waits for approval ${approvalId}`,
      ] as const),
    );
  if (expectedOutputsUri != null && expectedOutputsUri !== (outputsUri ?? ''))
    return new NotAsShownError(id, 'expectedOutputsUri', `its link is now ${outputsUri ?? 'gone'}`);
  if (expectedHeadSha == null) return undefined;
  if (expectedHeadSha === '')
    return head === null
      ? undefined
      : new NotAsShownError(id, 'expectedHeadSha', `its head commit is now ${head}, and you were shown none`);
  if (pull === null)
    return new NotAsShownError(id, 'expectedHeadSha', 'its approval is not about a pull request');
  if (head !== null && expectedHeadSha.toLowerCase() !== head.toLowerCase())
    return new HeadMovedError(id, expectedHeadSha, head);
  return undefined;
}
