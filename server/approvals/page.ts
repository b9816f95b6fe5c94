import { htmlEscape } from 'escape-goat';
import { shortSha } from '../../contract/approvals/cardTexts.ts';
import { stateLooks } from '../../contract/approvals/marks.ts';
import { compareUrlOf } from '../../domain/approvals/voidVotes.ts';
import { type FormParts, writeDecide } from './decideForm.ts';
import { document } from './document.ts';
import { writeEvidence } from './evidence.ts';
import { linkTexts } from './linkTexts.ts';
import { linkOn, mark, text } from './markup.ts';
import { stateOf, writeOutcome } from './outcome.ts';
import type { LinkCard } from './readCard.ts';
import { writeWhat } from './what.ts';
import { writeWho } from './who.ts';

/** What the page of a link shows beside what was read. */
export interface PageParts extends FormParts {
  /** Why the last try decided nothing. */
  problem?: string | undefined;
  /** The head commit that the page of that try showed. */
  seenHead?: string | undefined;
  /** Whether the page of this server, with its own card, can be opened. */
  hasPage: boolean;
  now: Date;
}

/** Writes the page of an approval's link: the card with the form, or who decided, when, and the outcome. */
export function writeLinkPage(card: LinkCard, parts: PageParts): string {
  const { link, open } = card;
  const { task, approval } = link;
  const title = open
    ? linkTexts.question(task.task, approval.kind === 'gate')
    : linkTexts.ended(task.task, describeEnd(card));
  return document(
    title,
    [
      writeHead(card, parts.hasPage),
      writeProblem(card, parts),
      open ? '' : writeOutcome(link),
      writeWhat(card, parts.now),
      open ? writeEvidence(card, open) : '',
      writeWho(card, parts.now),
      open ? writeDecide(card, open, parts) : '',
    ]
      .filter((part) => part !== '')
      .join('\n'),
  );
}

/** Writes the page for a token that leads nowhere. */
export function writeUnknownPage(): string {
  const { title, text: advice } = linkTexts.unknown;
  return document(title, `<h1>${title}</h1>\n<p>${advice}</p>`);
}

function writeHead({ link }: LinkCard, hasPage: boolean): string {
  const { task, approval } = link;
  const state = stateOf(link);
  const isPending = state === 'pending';
  const marks = [
    mark(stateLooks[state], linkTexts.states[state]),
    approval.policy.risk === 'high' ? mark('unknown', linkTexts.highRisk) : '',
    approval.kind === 'gate' && isPending ? mark('calm', linkTexts.gate) : '',
    // From wherever this page is, so that a proxy may put something before it.
    hasPage ? `<a class="to" href="../approvals/${task.id}" rel="noreferrer">${linkTexts.toCard}</a>` : '',
  ];
  return `<header>
<h1>${text(task.task)} <span class="muted">#${task.id}</span></h1>
${marks.filter((one) => one !== '').join('\n')}
</header>`;
}

/** Says why the last try decided nothing, and what was pushed since its page was read. */
function writeProblem({ host, link: { approval } }: LinkCard, { problem, seenHead }: PageParts): string {
  if (problem === undefined) return '';
  const { pullRequest: pull } = approval;
  const since = compareUrlOf(pull, seenHead || null);
  const moved =
    since === null || !seenHead || pull?.headSha == null
      ? ''
      : `<br>${htmlEscape(linkTexts.decide.moved(shortSha(seenHead), shortSha(pull.headSha)))} ${linkOn(host, since, linkTexts.decide.whatChanged)}`;
  return `<p class="problem" role="alert">${text(problem)}${moved}</p>`;
}

function describeEnd({ link }: LinkCard): string {
  const { voters, policy } = link.approval;
  const state = stateOf(link);
  return state === 'pending' ? linkTexts.votes(voters.length, policy.required) : linkTexts.states[state];
}
