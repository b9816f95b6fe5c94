import { htmlEscape } from 'escape-goat';
import { decidedAbout } from '../../contract/decidedAbout.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { describePullState } from '../../contract/pulls/pullState.ts';
import { isWebLink } from '../../contract/urls/webLink.ts';
import { channelFacts } from '../../contract/words/notifications.ts';
import { expiryFacts } from '../../contract/words/plans.ts';
import type { ApprovalLink } from '../../domain/approvals/links.ts';

/** Writes what is known of what there is to decide, or was, as a list of terms. */
export function writeFacts(link: ApprovalLink, now: Date): string {
  const { task, approval, decision, recipient, reason, remarks } = link;
  const { pullRequest, policy, voters } = approval;
  const facts: [string, string][] = [
    ['Task', htmlEscape`${task.task} (ID ${task.id})`],
    ['Run', htmlEscape`${task.runId}`],
    ...writeSubject(link),
    ['Outcome', describeOutcome(link)],
    ['Output', writeLink(task.outputsUri)],
    [
      'Pull request',
      pullRequest === null
        ? ''
        : htmlEscape`${pullRequest.owner}/${pullRequest.repo}#${pullRequest.number}, ${describePullState(pullRequest, approval.state === 'pending')}${pullRequest.author === null ? '' : `, by ${pullRequest.author}`}`,
    ],
    ['Commit', pullRequest?.headSha == null ? '' : htmlEscape`<code>${pullRequest.headSha}</code>`],
    ...(isWaiting(link) ? writeWait(link, now) : []),
    ['May decide', htmlEscape`${policy.approvers.join(', ')}`],
    ['The server demands one of', htmlEscape`${(policy.alsoApprovers ?? []).join(', ')}`],
    [
      'Approvals',
      policy.required === 1 ? '' : htmlEscape`${voters.length} of ${policy.required}${named(voters)}`,
    ],
    ...remarks.map((remark): [string, string] => ['Remark', htmlEscape`${remark}`]),
    // Who decided it, and why, stands above.
    ['Reason', reason === null || decision !== null ? '' : htmlEscape`${reason}`],
    ['This link', htmlEscape`for ${nameOf(recipient)}`],
  ];
  const rows = facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`);
  return `<dl>\n${rows.join('\n')}\n</dl>`;
}

/** What people call the channel that a link goes to; who is no channel is a person. */
function nameOf(recipient: string): string {
  return ownValue<Record<string, { title: string }>>(channelFacts, recipient)?.title ?? recipient;
}

/** Says whether it waits for a decision still, by this link or another. */
function isWaiting({ isOpen, approval, usedAt }: ApprovalLink): boolean {
  return approval.state === 'pending' && (isOpen || usedAt !== null);
}

/** What is decided about: the link of what it made has a line of its own, with all that is known of it. */
function writeSubject(link: ApprovalLink): [string, string][] {
  const { task, approval } = link;
  const isGate = approval.kind === 'gate';
  const waits = isWaiting(link);
  const about = isGate ? decidedAbout({ ...task, isGate }) : null;
  const what = waits ? 'the step to run; it has not run yet' : 'whether the step runs';
  return [
    [waits ? 'Approves' : 'About', isGate ? what : 'the output of the task'],
    ...(about === null
      ? []
      : [[about.label, htmlEscape`<code>${about.text}</code>`] satisfies [string, string]]),
  ];
}

/** Says what happened to the task after its approval ended; it may have been retried since, or need approval again. */
function describeOutcome({ task: { status, startedAt }, approval: { state, kind } }: ApprovalLink): string {
  if (state === 'pending') return '';
  if (status === 'awaiting_approval') return 'it needs approval again';
  if (status === 'queued') return 'it is queued';
  if (status === 'running') return 'it is running';
  if (kind === 'output') return status;
  return startedAt === null ? `it has not run: ${status}` : `it has run: ${status}`;
}

function writeWait({ approval, isOpen }: ApprovalLink, now: Date): [string, string][] {
  const { requestedAt, expiresAt, policy } = approval;
  const then = isOpen ? `, then ${expiryFacts[policy.onExpire].outcome}` : '';
  return [
    ['Waiting since', htmlEscape`${showTime(requestedAt)} (${describeAge(requestedAt, now)})`],
    ['Until', expiresAt === null ? 'no expiry' : htmlEscape`${showTime(expiresAt)}${then}`],
  ];
}

/** Only what a browser opens over the web becomes a link. */
function writeLink(uri: string | null): string {
  if (uri === null) return '';
  if (!isWebLink(uri)) return htmlEscape`${uri}`;
  return htmlEscape`<a href="${uri}" rel="noopener noreferrer" target="_blank">${uri}</a>`;
}

/** Names people behind what was said of them; nothing where there are none. */
export function named(people: readonly string[]): string {
  return people.length === 0 ? '' : `: ${people.join(', ')}`;
}

/** Writes a time to the minute, in UTC; nothing where none is known. */
export function showTime(time: string | null): string {
  return time === null ? '' : `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function describeAge(since: string, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 60_000));
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 1440)} days ago`;
}
