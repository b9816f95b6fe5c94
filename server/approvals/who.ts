import { describeVotes } from '../../contract/approvals/evidenceText.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { writeLeft } from '../../contract/text/timeLeft.ts';
import { channelFacts } from '../../contract/words/notifications.ts';
import type { Approval } from '../../domain/approvals/approval.ts';
import { linkTexts } from './linkTexts.ts';
import { facts, muted, section, text, time } from './markup.ts';
import { stateOf } from './outcome.ts';
import type { LinkCard } from './readCard.ts';

const texts = linkTexts.who;

/** Writes who has voted, who may still, whom the link is for, and until when. */
export function writeWho(card: LinkCard, now: Date): string {
  const { approval } = card.link;
  const { policy, voters, escalatedAt } = approval;
  const isPending = stateOf(card.link) === 'pending';
  const named = [...new Set([...policy.approvers, ...(policy.alsoApprovers ?? [])])];
  const missing = card.open?.rights?.missing ?? Math.max(0, policy.required - voters.length);
  const votes = describeVotes({ voters, isPending, missing, required: policy.required });
  const stillMay = voters.length > 0 ? (card.open?.rights?.stillMay ?? []) : [];
  const may = named.length > 0 ? text(named.join(', ')) : texts.everyone;
  return section('who', texts.title, [
    facts([
      [texts.votes, votes !== '' && text(votes)],
      [texts.may, `${may}${policy.denySelf ? `, ${texts.denySelf}` : ''}`],
      [texts.still, isPending && stillMay.length > 0 && text(stillMay.join(', '))],
      [linkTexts.link, text(describeLink(card))],
      [texts.expires, isPending && writeExpiry(approval, now)],
      [texts.escalated, time(escalatedAt)],
      [texts.problem, card.open?.problem != null && text(card.open.problem)],
    ]),
  ]);
}

/** Says whom the link is for, and what it would amount to. */
function describeLink({ link: { recipient, approval }, open }: LinkCard): string {
  const whom = linkTexts.isFor(nameOf(recipient));
  const rights = open?.rights;
  if (rights === undefined) return whom;
  if (rights.hasVoted) return `${whom}, ${linkTexts.hasVoted}`;
  const acts = rights.actingFor === null ? '' : `, ${texts.mayApproveFor(rights.actingFor)}`;
  return `${whom}${acts}${rights.isLast && approval.policy.required > 1 ? `; ${texts.isLast}` : ''}`;
}

/** What people call the channel that a link goes to; who is no channel is a person. */
function nameOf(recipient: string): string {
  return ownValue<Record<string, { title: string }>>(channelFacts, recipient)?.title ?? recipient;
}

function writeExpiry({ expiresAt, policy }: Approval, now: Date): string {
  if (expiresAt === null) return linkTexts.never;
  const left = writeLeft(Date.parse(expiresAt) - now.getTime());
  return `${time(expiresAt)} ${muted(`(${left}; ${texts.onExpire[policy.onExpire]})`)}`;
}
