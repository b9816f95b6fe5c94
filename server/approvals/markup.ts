import { htmlEscape } from 'escape-goat';
import { type MarkLook, markLooks } from '../../contract/approvals/marks.ts';
import { visibleText } from '../../contract/text/visibleText.ts';
import { isWebLink } from '../../contract/urls/webLink.ts';

/** Writes a text that somebody else chose: nothing in it is markup, and it keeps its direction to itself. */
export function text(value: string): string {
  return htmlEscape`<bdi>${visibleText(value).toWellFormed()}</bdi>`;
}

/** Writes names with their values, which are markup already; what has no value is left out. */
export function facts(rows: readonly (readonly [name: string, value: string | false | null])[]): string {
  const shown = rows.filter(([, value]) => value !== '' && value !== false && value !== null);
  if (shown.length === 0) return '';
  return `<dl>\n${shown.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('\n')}\n</dl>`;
}

/** Writes a part of the card with its heading. */
export function section(id: string, title: string, body: readonly (string | false)[]): string {
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${body.filter(Boolean).join('\n')}
</section>`;
}

/** Writes something by icon, word and colour. */
export function mark(look: MarkLook, word: string): string {
  const { tone, path } = markLooks[look];
  return `<span class="mark ${tone}"><svg viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>${word}</span>`;
}

/** Writes a link that tells nobody where it was followed; an address that a browser opens elsewhere than on the web is text. */
export function link(href: string, label: string): string {
  if (!isWebLink(href)) return label;
  const address = htmlEscape(href);
  return `<a href="${address}" rel="noopener noreferrer" target="_blank">${label}</a>`;
}

/** Writes a link if it leads to a host, else its label alone: of strangers' links no other is to be followed. */
export function linkOn(host: string, href: string | null, label: string): string {
  return href !== null && isWebLink(href) && new URL(href).host === host ? link(href, label) : label;
}

/** Writes a list without marks before its lines, which are markup already; nothing where there is none. */
export function list(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<ul>\n${lines.map((line) => `<li>${line}</li>`).join('\n')}\n</ul>`;
}

/** Writes a commit. */
export function commit(sha: string | null, digits = 12): string {
  return sha === null ? '' : htmlEscape`<code>${sha.slice(0, digits)}</code>`;
}

/** Writes what is of less weight; nothing for nothing. */
export function muted(markup: string): string {
  return markup === '' ? '' : `<span class="muted">${markup}</span>`;
}

/** Writes a time with its zone: of whoever reads it no other is known. */
export function time(at: string | null, { seconds = false } = {}): string {
  if (at === null) return '';
  const written = new Date(at).toISOString();
  return `<time datetime="${written}">${written.slice(0, seconds ? 19 : 16).replace('T', ' ')} UTC</time>`;
}

/** Says how long ago something was. */
export function age(since: string, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(since)) / 60_000));
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 1440)} d ago`;
}
