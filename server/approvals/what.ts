import { htmlEscape } from 'escape-goat';
import { decidedAbout } from '../../contract/decidedAbout.ts';
import { nameOf, pullOfLink } from '../../contract/pulls/pullLinks.ts';
import { visibleText } from '../../contract/text/visibleText.ts';
import type { PullRequest } from '../../domain/approvals/approval.ts';
import type { PullDetails } from '../../domain/pulls/details.ts';
import { linkTexts } from './linkTexts.ts';
import { age, facts, link, linkOn, mark, muted, section, text, time } from './markup.ts';
import { stateOf } from './outcome.ts';
import type { LinkCard } from './readCard.ts';

const texts = linkTexts.what;

/** The most of an excerpt that is shown. */
const maxExcerptChars = 20_000;

/** Writes what is decided about, or was. */
export function writeWhat(card: LinkCard, now: Date): string {
  const { task, approval } = card.link;
  const { pullRequest: pull, kind, requestedAt, startedBy } = approval;
  const details = card.open?.kept?.details ?? null;
  const isGate = kind === 'gate';
  const about = isGate ? decidedAbout({ ...task, isGate }) : null;
  return section('what', texts.title, [
    details !== null && `<p class="title">${text(details.title)}</p>`,
    facts([
      [texts.pull, pull && writePull(card.host, pull, details)],
      [texts.branches, details && `${text(details.headRef)} ${texts.into} ${text(details.baseRef)}`],
      [texts.labels, details === null ? '' : details.labels.map(text).join(', ')],
      [texts.output, !isGate && writeOutput(card)],
      [texts.command, about && `<code>${text(about.text)}</code>`],
      [texts.run, writeRun(card)],
      [texts.startedBy, startedBy !== null && text(startedBy)],
      [
        texts.requested,
        stateOf(card.link) === 'pending' && `${time(requestedAt)} ${muted(`(${age(requestedAt, now)})`)}`,
      ],
    ]),
    // What it printed is for whoever decides.
    card.open !== null && writeExcerpt(task.logExcerpt, details === null),
  ]);
}

/** The pull request by its name, which leads there where its host is the one that this server knows. */
function writePull(host: string, pull: PullRequest, details: PullDetails | null): string {
  const { owner, repo, number, author } = pull;
  const name = `${owner}/${repo}#${number}`;
  const href = `https://${pull.host}/${owner}/${repo}/pull/${number}`;
  const marks = [
    pull.host === host ? linkOn(host, href, text(name)) : text(`${pull.host}/${name}`),
    author === null ? '' : muted(text(author)),
    details?.isDraft ? mark('unknown', linkTexts.draft) : '',
    details?.isFromFork ? mark('unknown', linkTexts.fork) : '',
  ];
  return `<span class="marks">${marks.filter((one) => one !== '').join(' ')}</span>`;
}

/** The link of the task as a whole, where it is not that of the pull request; only what a browser opens over the web is one. */
function writeOutput({ host, link: { task, approval } }: LinkCard): string {
  const { outputsUri: uri } = task;
  if (uri === null) return '';
  const led = pullOfLink(uri);
  const { pullRequest: pull } = approval;
  const isNamed =
    led !== undefined && pull !== null && nameOf(led) === nameOf(pull) && led.number === pull.number;
  return isNamed && pull.host === host ? '' : link(uri, text(uri));
}

function writeRun({ run, link: { task } }: LinkCard): string {
  const plan = run?.plan ?? null;
  if (plan === null) return text(task.runId);
  const project = run?.project ?? null;
  return `${text(task.runId)} ${muted(`· ${text(project === null ? plan : `${project}:${plan}`)}`)}`;
}

function writeExcerpt(excerpt: string | null, isOpen: boolean): string {
  if (!excerpt) return '';
  return `<details class="log"${isOpen ? ' open' : ''}><summary>${texts.log}</summary>
${htmlEscape`<pre tabindex="0" dir="auto">${visibleText(excerpt.slice(-maxExcerptChars).toWellFormed())}</pre>`}</details>`;
}
