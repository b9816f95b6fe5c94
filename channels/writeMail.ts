import { htmlEscape } from 'escape-goat';
import { bullets, type Fact, type Message } from './messages/message.ts';
import { shorten } from './messages/shorten.ts';

/** Lays a message out as a mail: a subject, plain text, and HTML in which nothing of a task is markup. */
export function writeMail({ title, facts, links, excerpt }: Message) {
  // An excerpt is some lines; what is longer is for the task's own page.
  const shown = excerpt === null || excerpt === '' ? null : excerpt.slice(-maxExcerptChars).toWellFormed();
  const content = { facts: boundFacts(facts), links: links.slice(0, maxLinks), shown };
  return {
    subject: shorten(title.replace(/\p{Cc}+/gu, ' '), 200),
    text: writeText(title, content),
    html: writeHtml(title, content),
  };
}

const maxExcerptChars = 20_000;
const [maxFacts, maxFactChars, maxLinks] = [150, 1000, 50];

/** The first facts, each no longer than some lines, and of how many more there are. */
function boundFacts(facts: readonly Fact[]): Fact[] {
  const kept = facts.slice(0, facts.length > maxFacts ? maxFacts - 1 : maxFacts);
  const left = facts.slice(kept.length).reduce((sum, [, , { stands = 1 } = {}]) => sum + stands, 0);
  return [
    ...kept.map(([name, value, more]): Fact => [name, shorten(value, maxFactChars), more]),
    ...(left > 0 ? [['…', `and ${left} more`] satisfies Fact] : []),
  ];
}

type Content = Pick<Message, 'facts' | 'links'> & { shown: string | null };

function writeText(title: string, { facts, links, shown }: Content): string {
  const blocks = [
    title,
    facts
      .map(([name, value, { url } = {}]) => `${labelOf(name)} ${value}${url ? `\n  ${url}` : ''}`)
      .join('\n'),
    links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
    shown === null ? '' : quote(shown),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function labelOf(name: string): string {
  return bullets.has(name) ? name : `${name}:`;
}

function writeHtml(title: string, { facts, links, shown }: Content): string {
  const rows = facts.map(([name, value, { url } = {}]) => {
    const text = url === undefined ? htmlEscape(value) : anchor(url, value);
    return `<tr><th align="left">${htmlEscape(name)}</th><td>${text}</td></tr>`;
  });
  const anchors = links.map(({ label, url }) => anchor(url, label));
  return [
    `<p><strong>${htmlEscape(title)}</strong></p>`,
    `<table>${rows.join('')}</table>`,
    ...(anchors.length > 0 ? [`<p>${anchors.join(' · ')}</p>`] : []),
    ...(shown === null ? [] : [`<pre>${htmlEscape(shown)}</pre>`]),
  ].join('\n');
}

function anchor(url: string, label: string): string {
  return `<a href="${htmlEscape(url)}">${htmlEscape(label)}</a>`;
}

/** Marks every line of an excerpt, so that none of them passes for one of the mail's own. */
function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}
