import type { Approval } from './approval.ts';

/** Says what the person who decides should know about the pull request besides its facts; null if nothing. */
export function remarkOf(approval: Approval): string | null {
  const remarks = [approval.remark, whatUnreadable(approval)].filter((one) => one !== null);
  return remarks.length === 0 ? null : remarks.join(' ');
}

/** Says why a pull request cannot be read, what does not hold until it can, and what to do. */
function whatUnreadable({ policy, pullRequest }: Approval): string | null {
  if (pullRequest === null || pullRequest.unreadable === null) return null;
  const { owner, repo, author, isOwn, unreadable } = pullRequest;
  const sentences = [
    `The server cannot read the pull request: ${unreadable}.`,
    // What is to be done about the App is said already.
    !unreadable.includes('GitHub App') && `Give the GITHUB_TOKEN of the server access to ${owner}/${repo}.`,
    `Until then nothing that happens on GitHub decides the task, so review it yourself.`,
    policy.denySelf &&
      author === null &&
      'The author of the pull request is unknown, so self-approval is only prevented for whoever started the run.',
    isOwn && effects(policy.onApprove),
  ];
  return sentences.filter(Boolean).join(' ');
}

function effects(onApprove: string): string | undefined {
  if (onApprove === 'none') return undefined;
  const verb = onApprove === 'merge' ? 'merge' : 'label';
  return `Approving it does not ${verb} the pull request: ${verb} it by hand.`;
}
