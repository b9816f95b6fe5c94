import { readsPull } from '../../contract/pulls/pullReach.ts';
import type { PullRequest } from '../approvals/approval.ts';
import type { Store } from '../store.ts';
import type { KeptDetails } from './details.ts';

/** Says why there is nothing to show of a pull request, or why it may be old. */
export function whyNoDetails(
  { host, isOwn, unreadable, headSha, state }: PullRequest,
  kept: Pick<KeptDetails, 'details' | 'problem'> | null,
  { pullReach }: Pick<Store, 'pullReach'>,
): string | null {
  if (unreadable !== null) return `The server cannot read the pull request: ${unreadable}.`;
  if (kept?.problem != null) return kept.problem;
  if (kept?.details != null || state !== 'open') return null;
  if (pullReach?.asks !== true) return 'The server needs GITHUB_TOKEN or a GitHub App to read pull requests.';
  if (!readsPull({ host, isOwn, isUnreadable: false }, pullReach))
    return `The server reads pull requests of ${pullReach.host}, not of ${host}. See GITHUB_API_URL.`;
  return headSha === null
    ? 'The server has not checked the pull request yet.'
    : 'The server has not read it yet.';
}
