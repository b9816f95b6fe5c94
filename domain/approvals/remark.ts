import type { Approval } from './approval.ts';

/** Says what whoever decides should know of the pull request beside its facts; null where that is nothing. */
export function remarkOf(approval: Approval): string | null {
  const remarks = [approval.remark, whatUnreadable(approval)].filter((one) => one !== null);
  return remarks.length === 0 ? null : remarks.join(' ');
}

/** Says why a pull request cannot be read, what does not hold until it can, and what to do. */
function whatUnreadable({ policy, pullRequest }: Approval): string | null {
  if (pullRequest === null || pullRequest.unreadable === null) return null;
  const { owner, repo, author, isOwn, unreadable } = pullRequest;
  const sentences = [
    `The pull request cannot be read: ${unreadable}. Give GITHUB_TOKEN of the server access to ${owner}/${repo}; until then nothing that happens there decides, so look at it yourself.`,
    policy.denySelf &&
      author === null &&
      'Who wrote it is not known, so that only whoever started its run is kept from approving.',
    isOwn && effects(policy.onApprove),
  ];
  return sentences.filter(Boolean).join(' ');
}

function effects(onApprove: string): string | undefined {
  if (onApprove === 'none') return undefined;
  const verb = onApprove === 'merge' ? 'merge' : 'label';
  return `Approving it ${verb}s nothing: ${verb} it by hand.`;
}
