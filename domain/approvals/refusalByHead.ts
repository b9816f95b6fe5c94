import { readsPull } from '../../contract/pulls/pullReach.ts';
import { NotAsShownError } from '../input/errors.ts';
import type { Store } from '../store.ts';
import type { OpenApproval } from './approval.ts';
import type { Shown } from './shown.ts';

/** What is merged or labelled is the commit that was looked at, so it must be said which one that was. */
export function refusalByHead(
  { policy, head, pull }: OpenApproval,
  { id, expectedHeadSha }: Shown & { id: number },
  { pullReach }: Pick<Store, 'pullReach'>,
): Error | undefined {
  if (policy.onApprove === 'none' || !pull?.isOwn || !readsPull(pull, pullReach)) return undefined;
  const effect = `approving it will ${policy.onApprove === 'merge' ? 'merge' : 'label'} its pull request`;
  if (head === null)
    return new NotAsShownError(
      ...([id, 'expectedHeadSha', `${effect}, whose head commit is not known yet`] as const),
    );
  if (expectedHeadSha != null) return undefined;
  return new NotAsShownError(
    ...([
      id,
      'expectedHeadSha',
      `${effect}, and the request does not say which head commit you reviewed`,
    ] as const),
  );
}
