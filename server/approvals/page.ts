import { htmlEscape } from 'escape-goat';
import { decisionFacts } from '../../contract/words/decisions.ts';
import type { Approval } from '../../domain/approvals/approval.ts';
import { askForPerson } from '../../domain/approvals/decideByLink.ts';
import type { ApprovalLink, LinkDecision } from '../../domain/approvals/links.ts';
import { document } from './document.ts';
import { named, showTime, writeFacts } from './facts.ts';

/** What the page of a link shows beside the link itself. */
export interface PageParts {
  /** What the form sends to prove that it came from this page. */
  formToken: string;
  /** Whether the link alone is not enough and nobody who may approve is signed in. */
  asksForViewer: boolean;
  /** What is missing to whom the proxy signed in. */
  advice?: string | undefined;
  /** Why the last try decided nothing. */
  problem?: string | undefined;
  /** What was written into the note, so that it is not lost. */
  note?: string | undefined;
  now: Date;
}

/** Writes the page of an approval's link: what to decide and the form, or who decided, when, and the outcome. */
export function writeLinkPage(link: ApprovalLink, parts: PageParts): string {
  const { task, isOpen } = link;
  const title = isOpen ? askWhat(link) : `${task.task}: ${describeEnd(link)}`;
  return document(
    title,
    [
      htmlEscape`<h1>${title}</h1>`,
      parts.problem === undefined ? '' : htmlEscape`<p class="problem" role="alert">${parts.problem}</p>`,
      isOpen ? '' : writeEnd(link),
      writeFacts(link, parts.now),
      isOpen ? writeForm(link, parts) : '',
      // What it printed is for whoever decides; the link of a decided one may lie about in mail boxes for years.
      isOpen ? writeExcerpt(task.logExcerpt) : '',
    ].join('\n'),
  );
}

function askWhat({ task, approval }: ApprovalLink): string {
  return approval.kind === 'gate' ? `Let ${task.task} run?` : `Approve ${task.task}?`;
}

/** Writes the page for a token that leads nowhere. */
export function writeUnknownPage(): string {
  return document(
    'No such link',
    `<h1>No such link</h1>
<p>The link is incomplete, or its task no longer exists. Find the task in Nightshift, or ask for a new notification.</p>`,
  );
}

function describeEnd({ approval, usedAt }: ApprovalLink): string {
  if (approval.state !== 'pending') return approval.state;
  return usedAt === null ? 'expired' : describeVotes(approval);
}

function writeEnd({ approval, decision, usedAt, task }: ApprovalLink): string {
  if (decision !== null) {
    const note = decision.note ? htmlEscape` It says: “${decision.note}”` : '';
    return `<p class="end${decision.action === 'approve' ? '' : ' no'}">${htmlEscape`${whoDecided(decision)} at ${showTime(decision.decidedAt)}.`}${note}</p>`;
  }
  if (approval.state !== 'pending')
    return htmlEscape`<p class="end">It was ${approval.state} at ${showTime(approval.endedAt)}${task.approver ? ` by ${task.approver}` : ''}.</p>`;
  if (usedAt === null) return '<p class="end">Nobody decided in time.</p>';
  return htmlEscape`<p class="end">This link was used at ${showTime(usedAt)}. ${describeVotes(approval)} so far${named(approval.voters)}.</p>`;
}

function describeVotes({ voters, policy }: Approval): string {
  return `${voters.length} of ${policy.required} approvals`;
}

function whoDecided({ action, viewer }: LinkDecision): string {
  if (action === 'expire') return 'It expired because nobody decided in time';
  return `${decisionFacts[action].done} by ${viewer}`;
}

function writeForm(link: ApprovalLink, { formToken, asksForViewer, advice, note = '' }: PageParts): string {
  const { approval, task } = link;
  const key = asksForViewer
    ? `${htmlEscape`<label for="key">${whyKey(link)}${advice === undefined ? '' : ` ${advice}`}</label>`}
<input id="key" name="key" type="password" autocomplete="off" required>`
    : '';
  const tick = approval.kind === 'gate' ? 'I have reviewed what will run' : 'I have reviewed the output';
  return `<form method="post">
${htmlEscape`<input type="hidden" name="form" value="${formToken}">
<input type="hidden" name="head" value="${approval.pullRequest?.headSha ?? ''}">
<input type="hidden" name="link" value="${task.outputsUri ?? ''}">
<label for="note">Reason (stored with the decision)</label>
<textarea id="note" name="note" rows="2" maxlength="4000">${note}</textarea>`}
${key}
<p><label class="tick"><input type="checkbox" name="looked" value="yes" required> ${tick}</label></p>
<p class="buttons">
<button name="action" value="approve" class="approve">Approve</button>
<button name="action" value="reject" class="reject">Reject</button>
</p>
</form>`;
}

/** Says whose key to fill in and why, or what to do instead. */
function whyKey(link: ApprovalLink): string {
  if (link.needsPerson) return `Your own key. ${askForPerson(link)} After signing in, open this link again.`;
  return link.needsViewer === 'risk'
    ? 'Your own key; this decision has a high risk, so the link alone is not enough'
    : 'Your key; this link was sent to a channel, so it does not identify you';
}

function writeExcerpt(excerpt: string | null): string {
  if (!excerpt) return '';
  return htmlEscape`<h2>What it printed</h2>\n<pre tabindex="0">${excerpt.slice(-20_000).toWellFormed()}</pre>`;
}
