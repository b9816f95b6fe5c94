import { shortSha } from '../../contract/approvals/cardTexts.ts';
import {
  describeCheck,
  describeCounts,
  describeMerge,
  describeReviews,
  describeUnread,
} from '../../contract/approvals/evidenceText.ts';
import { checksLooks } from '../../contract/approvals/marks.ts';
import { describePullState, pullStateOf } from '../../contract/pulls/pullState.ts';
import { mergeStateFacts } from '../../contract/words/pulls.ts';
import { compareUrlOf } from '../../domain/approvals/voidVotes.ts';
import type { PullChecks, PullDetails, PullFiles } from '../../domain/pulls/details.ts';
import { linkTexts } from './linkTexts.ts';
import { commit, facts, linkOn, list, mark, muted, section, text, time } from './markup.ts';
import type { LinkCard, OpenCard } from './readCard.ts';

const texts = linkTexts.evidence;
const maxFiles = 5;

/** Writes what speaks for and against it, as the host of the pull request last said; nothing where there is none. */
export function writeEvidence(card: LinkCard, open: OpenCard): string {
  const { approval, remarks } = card.link;
  const { pullRequest: pull } = approval;
  const { kept, voidVotes, detailsProblem } = open;
  if (pull === null && remarks.length === 0 && voidVotes.length === 0) return '';
  const details = kept?.details ?? null;
  const checks = kept?.checks ?? null;
  return section('evidence', texts.title, [
    writePushed(card),
    facts([
      [texts.head, pull && commit(pull.headSha)],
      [texts.state, pull && pullStateOf(pull) !== 'open' && describePullState(pull, true)],
      [texts.size, details && writeSize(details)],
      [
        texts.files,
        details && details.changedFiles > 0 && writeFiles(kept?.files ?? null, details.changedFiles),
      ],
      [texts.checks, checks && writeChecks(checks, card.host)],
      [
        texts.merge,
        details && text(describeMerge(details.mergeState, mergeStateFacts[details.mergeState].whyNot)),
      ],
      [texts.reviews, details && describeReviews(details) !== '' && text(describeReviews(details))],
      [texts.voids, list(voidVotes.map((vote) => writeVoid(vote, card.host)))],
      ...remarks.map((remark) => [texts.remark, text(remark)] as const),
      [texts.remark, pull !== null && !pull.isOwn && texts.notOwn],
      [texts.read, kept?.readAt != null && time(kept.readAt, { seconds: true })],
    ]),
    detailsProblem !== null &&
      `<p class="care">${text(detailsProblem)}${open.isBeingRead ? ` ${linkTexts.again}` : ''}</p>`,
  ]);
}

/** Says that the commit is another one than when the link was sent, with the difference. */
function writePushed({ host, link: { sentHead, approval } }: LinkCard): string {
  const { pullRequest: pull } = approval;
  const since = compareUrlOf(pull, sentHead);
  if (since === null || sentHead === null || pull?.headSha == null) return '';
  const said = linkTexts.pushed(shortSha(sentHead), shortSha(pull.headSha));
  return `<p class="care">${said} ${linkOn(host, since, linkTexts.decide.whatChanged)}</p>`;
}

function writeSize({ additions, deletions, changedFiles }: PullDetails): string {
  const [plus, minus] = [`+${additions.toLocaleString('en')}`, `−${deletions.toLocaleString('en')}`];
  return `<span aria-hidden="true"><span class="plus">${plus}</span> <span class="minus">${minus}</span> ${muted(linkTexts.files(changedFiles))}</span><span class="hidden">${linkTexts.changed(additions, deletions, changedFiles)}</span>`;
}

function writeFiles(files: PullFiles | null, all: number): string {
  const shown = files?.largest.slice(0, maxFiles);
  if (shown === undefined) return muted(texts.filesUnknown);
  const lines = shown.map(
    ({ path, additions, deletions }) =>
      `<span class="file"><span class="path">${text(path)}</span> ${muted(`+${additions} −${deletions}`)}</span>`,
  );
  return list(lines) + (all > shown.length ? muted(texts.filesOf(shown.length, all)) : '');
}

function writeChecks(checks: PullChecks, host: string): string {
  const { state, named } = checks;
  const unread = describeUnread(checks);
  const lines = named.map(
    (check) => `${linkOn(host, check.url, text(check.name))} ${muted(describeCheck(check))}`,
  );
  return `<span class="marks">${mark(checksLooks[state], linkTexts.checks[state])} ${describeCounts(checks)}</span>
${unread === '' ? '' : `<p>${muted(text(unread))}</p>`}${list(lines)}`;
}

function writeVoid({ viewer, headSha, compareUrl }: OpenCard['voidVotes'][number], host: string): string {
  const compare = compareUrl === null ? '' : `: ${linkOn(host, compareUrl, texts.compare)}`;
  return `${text(texts.void(viewer))} ${commit(headSha, 8)}${compare}`;
}
