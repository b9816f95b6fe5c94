import { ownValue } from '../../../contract/ownValue.ts';
import type { Message } from '../messages/message.ts';

/** Lays a message out as a mail: a subject, plain text, and HTML in which nothing of a task is markup. */
export function writeMail({ title, facts, links, excerpt }: Message) {
  // An excerpt is some lines; what is longer is for the task's own page.
  const shown = excerpt === null || excerpt === '' ? null : excerpt.slice(-maxExcerptChars);
  return {
    subject: title.replace(/\p{Cc}+/gu, ' ').slice(0, 200),
    text: writeText(title, { facts, links, shown }),
    html: writeHtml(title, { facts, links, shown }),
  };
}

const maxExcerptChars = 20_000;

type Content = Pick<Message, 'facts' | 'links'> & { shown: string | null };

function writeText(title: string, { facts, links, shown }: Content): string {
  const blocks = [
    title,
    facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
    links.map(({ label, url }) => `${label}: ${url}`).join('\n'),
    shown === null ? '' : quote(shown),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function writeHtml(title: string, { facts, links, shown }: Content): string {
  const rows = facts.map(
    ([name, value]) => `<tr><th align="left">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  const anchors = links.map(({ label, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`);
  return [
    `<p><strong>${escapeHtml(title)}</strong></p>`,
    `<table>${rows.join('')}</table>`,
    ...(anchors.length > 0 ? [`<p>${anchors.join(' · ')}</p>`] : []),
    ...(shown === null ? [] : [`<pre>${escapeHtml(shown)}</pre>`]),
  ].join('\n');
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ownValue(entities, character) ?? character);
}

/** Marks every line of an excerpt, so that none of them passes for one of the mail's own. */
function quote(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}
