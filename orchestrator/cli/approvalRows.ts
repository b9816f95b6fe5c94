import type { Approval, Task } from '../../client/index.ts';
import { decidedAbout } from '../../contract/decidedAbout.ts';
import { describePullState, pullStateOf } from '../../contract/pulls/pullState.ts';
import { expiryFacts } from '../../contract/words/plans.ts';
import { wordOf } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';

/** An approval by names in the manner of the REST API. */
export function approvalRecord({ policy, pullRequest, pullAction, ...approval }: Approval): object {
  return {
    id: approval.databaseId,
    kind: wordOf(approval.kind),
    state: wordOf(approval.state),
    required: policy.required,
    voters: approval.voters,
    approvers: policy.approvers,
    requested_at: approval.requestedAt,
    expires_at: approval.expiresAt,
    on_expire: wordOf(policy.onExpire),
    ended_at: approval.endedAt,
    escalated_at: approval.escalatedAt,
    stale_at: approval.staleAt,
    problem: approval.problem,
    remark: approval.remark,
    pull_action: pullAction && { ...pullAction },
    pull_request: pullRequest && {
      repository: `${pullRequest.owner}/${pullRequest.repo}`,
      number: pullRequest.number,
      state: pullStateOf(pullRequest),
      head_sha: pullRequest.headSha,
      author: pullRequest.author,
      is_own: pullRequest.isOwn,
      checked_at: pullRequest.checkedAt,
    },
  };
}

/** Says in some words how far an approval has come; nothing about one that has ended. */
export function describeWait({
  state,
  policy,
  voters,
  kind,
  expiresAt,
  staleAt,
  problem,
  ...rest
}: Approval): string {
  if (state !== 'PENDING') return '';
  const votes = policy.required === 1 ? '1 approval' : describeVotes({ policy, voters });
  const parts = [
    kind === 'GATE' ? `${votes} before it runs` : votes,
    policy.approvers.length > 0 && `approvers: ${policy.approvers.join(', ')}`,
    policy.alsoApprovers.length > 0 && `demanded by the server: ${policy.alsoApprovers.join(', ')}`,
    staleAt !== null && `approvals before ${showTime(staleAt)} were dismissed by a new push or another link`,
    rest.escalatedAt !== null && `escalated ${showTime(rest.escalatedAt)}`,
    expiresAt !== null &&
      `until ${showTime(expiresAt)}, then ${expiryFacts[wordOf(policy.onExpire)].outcome}`,
    problem !== null && `nobody can approve it on this server: ${problem}`,
  ];
  return parts.filter(Boolean).join('; ');
}

/** Says what was decided about a task, and by whom; everybody who approved, where one was not enough. */
export function describeDecision({ approvalState, approver, approvalNote, approval }: Decided): string {
  const facts = [
    approvalState?.toLowerCase(),
    approver && `by ${approver}`,
    approvalNote && `"${approvalNote}"`,
    approval && approval.state !== 'PENDING' && describeVotes(approval),
  ];
  return facts.filter(Boolean).join(' ');
}

/** The fields of a task that say what is decided about it. */
export type Asking = Pick<Task, 'inputs' | 'outputsUri' | 'reason'> & {
  approval: Pick<Approval, 'kind' | 'state' | 'pullRequest'> | null;
};

/** Writes the command that a gate lets run; nothing for a task without a gate. */
export function describeCommand({ inputs, outputsUri, approval }: Asking): string {
  const about = approval?.kind === 'GATE' ? decidedAbout({ isGate: true, inputs, outputsUri }) : null;
  return about?.label === 'Command' ? about.text : '';
}

/** Says in one line, and whole, what a task asks for that awaits approval: what is to run, or what it made. */
export function describeAsked({ inputs, outputsUri, reason, approval }: Asking): string {
  if (approval === null) return '';
  const isGate = approval.kind === 'GATE';
  const about = decidedAbout({ isGate, inputs, outputsUri })?.text;
  if (isGate) return ['asks before it runs', about].filter(Boolean).join(': ');
  const pull = describePullRequest(approval);
  const made = [about ?? 'no link', pull && `(${pull})`].filter(Boolean).join(' ');
  return [made, reason].filter(Boolean).join('; ');
}

/** Says who let a task run that had a gate; nothing before, and for a task without one. */
export function describeGate({ kind, state, voters }: Pick<Approval, 'kind' | 'state' | 'voters'>): string {
  return kind === 'GATE' && state === 'APPROVED' ? `approved to run by ${voters.join(', ')}` : '';
}

interface Decided {
  approvalState: string | null;
  approver: string | null;
  approvalNote: string | null;
  approval: Pick<Approval, 'state' | 'policy' | 'voters'> | null;
}

/** Says how many have approved, where one is not enough. */
export function describeVotes({ policy, voters }: Pick<Approval, 'policy' | 'voters'>): string {
  if (policy.required === 1) return '';
  const names = voters.length === 0 ? '' : ` (${voters.join(', ')})`;
  return `${voters.length} of ${policy.required} approvals${names}`;
}

/** Says where the pull request of an approval stands. */
export function describePullRequest({ pullRequest, state }: Pick<Approval, 'pullRequest' | 'state'>): string {
  if (pullRequest === null) return '';
  const { owner, repo, number, headSha, author } = pullRequest;
  const facts = [
    describePullState(pullRequest, state === 'PENDING'),
    headSha !== null && `head ${headSha.slice(0, 12)}`,
    author !== null && `by ${author}`,
  ].filter(Boolean);
  return `${owner}/${repo}#${number} ${facts.join(', ')}`;
}

/** Says what an approval has brought about at the pull request, or why it could not. */
export function describePullAction({ pullAction }: Approval): string {
  if (pullAction === null) return '';
  const { action, state, error } = pullAction;
  return [`${action}: ${state}`, error].filter(Boolean).join('; ');
}
