import { htmlEscape } from 'escape-goat';
import { shortSha } from '../../contract/approvals/cardTexts.ts';
import { askForPerson } from '../../domain/approvals/decideByLink.ts';
import type { ApprovalLink } from '../../domain/approvals/links.ts';
import type { DecisionRights } from '../../domain/approvals/rights.ts';
import { linkTexts } from './linkTexts.ts';
import { section, text } from './markup.ts';
import type { LinkCard, OpenCard } from './readCard.ts';

const texts = linkTexts.decide;

/** What the form of a link shows beside the card. */
export interface FormParts {
  /** What the form sends to prove that it came from this page. */
  formToken: string;
  /** Whether the link alone is not enough and nobody who may approve is signed in. */
  asksForViewer: boolean;
  /** What is missing to whom the proxy signed in. */
  advice?: string | undefined;
  /** What was written into the note, so that it is not lost. */
  note?: string | undefined;
}

/** Writes what approving does, the form that decides, and why it may not where it may not. */
export function writeDecide({ link }: LinkCard, open: OpenCard, parts: FormParts): string {
  const { rights, consequence } = open;
  const mayApprove = rights === undefined || (rights.whyNot.approve === null && !rights.hasVoted);
  const mayReject = rights === undefined || rights.whyNot.reject === null;
  return section('decide', texts.title, [
    `<p>${text(texts.approving(consequence.text))}${rights && isVote(rights) ? ` ${texts.vote(rights.missing)}` : ''}</p>`,
    ...whyNot(rights).map((why) => `<p class="care">${text(why)}</p>`),
    (mayApprove || mayReject) && writeForm(link, parts, { mayApprove, mayReject }),
  ]);
}

function isVote({ whyNot, hasVoted, isLast, missing }: DecisionRights): boolean {
  return whyNot.approve === null && !hasVoted && !isLast && missing > 1;
}

/** Why the link may not approve or reject, once where the reason is the same. */
function whyNot(rights: DecisionRights | undefined): string[] {
  const { approve = null, reject = null } = rights?.whyNot ?? {};
  return [
    ...(approve === null ? [] : [linkTexts.whyNot.approve(approve)]),
    ...(reject === null || reject === approve ? [] : [linkTexts.whyNot.reject(reject)]),
  ];
}

/**
 * The form, with a box that must be ticked. To reject, what it does must be opened first. A button that may not be pressed is
 * there all the same: it is the one that Enter would press.
 */
function writeForm(
  { approval, task, ...link }: ApprovalLink,
  { formToken, asksForViewer, advice, note = '' }: FormParts,
  { mayApprove, mayReject }: { mayApprove: boolean; mayReject: boolean },
): string {
  const head = approval.pullRequest?.headSha ?? null;
  const label = asksForViewer
    ? `${whyKey({ approval, ...link })}${advice === undefined ? '' : ` ${advice}`}`
    : '';
  const key = htmlEscape`<label for="key">${label}</label>
<input id="key" name="key" type="password" autocomplete="off" required>`;
  return `<form method="post">
${htmlEscape`<input type="hidden" name="form" value="${formToken}">
<input type="hidden" name="head" value="${head ?? ''}">
<input type="hidden" name="link" value="${task.outputsUri ?? ''}">
<label for="note">${texts.note}</label>
<textarea id="note" name="note" rows="2" maxlength="4000" dir="auto" placeholder="${texts.noteHint}">${note}</textarea>`}
${asksForViewer ? key : ''}
<label class="tick"><input type="checkbox" name="looked" value="yes" required> ${linkTexts.tick[approval.kind]}</label>
<div class="buttons">
<button name="action" value="approve" class="primary"${mayApprove ? '' : ' disabled'}>${
    head === null ? texts.approve : htmlEscape(texts.approveCommit(shortSha(head)))
  }</button>
${
  mayReject
    ? `<details class="apart"><summary>${texts.ask(texts.reject)}</summary>
<p>${texts.rejecting}</p>
<button name="action" value="reject" class="bad">${texts.reject}</button></details>`
    : ''
}
</div>
</form>`;
}

/** Says whose key to fill in and why, or what to do instead. */
function whyKey(link: Pick<ApprovalLink, 'needsPerson' | 'needsViewer' | 'approval'>): string {
  if (link.needsPerson) return linkTexts.key.person(askForPerson(link));
  return link.needsViewer === 'risk' ? linkTexts.key.risk : linkTexts.key.channel;
}
