import {
  attribute,
  type Hidden,
  metaByName,
  type Page,
  resolveFrom,
  textOf,
  titleElements,
} from '../page.ts';
import type { ParsedHtml } from './parseHtml.ts';
import type { Robots } from './robots.ts';

/** What is known of a document beside its text. */
export interface PageFacts extends Omit<Page, 'source' | '$' | 'hidden'> {
  /** The server's `X-Robots-Tag`. */
  robotsHeader?: string;
}

/** Makes a page of a parsed document, and settles whether it is for search engines. */
export function createPage(
  { source, $ }: ParsedHtml,
  { robotsHeader, ...known }: PageFacts,
  robots: Robots | undefined,
): Page {
  const page: Page = { ...known, source, $, hidden: undefined };
  page.hidden = whyHidden(page, robotsHeader, robots);
  return page;
}

function whyHidden(page: Page, robotsHeader = '', robots: Robots | undefined): Hidden | undefined {
  if (redirects(page)) return 'redirect';
  const directives = [...metaByName(page, 'robots'), ...metaByName(page, 'googlebot')].map((element) =>
    attribute(element, 'content'),
  );
  if (/\b(noindex|none)\b/i.test([...directives, robotsHeader].join(','))) return 'noindex';
  if (robots?.hides(page.url)) return 'robots.txt';
  return isErrorPage(page) ? 'error page' : undefined;
}

/** Whether `<meta http-equiv="refresh">` leads to another address; a page that only reloads itself stays. */
function redirects(page: Page): boolean {
  const content = attribute(page.$('meta[http-equiv="refresh" i]').get(0), 'content');
  const mark = content.search(/[;,]/);
  if (mark < 0) return false;
  const address = content
    .slice(mark + 1)
    .trim()
    .replace(/^url\s*=/i, '')
    .trim()
    .replace(/^["']/, '')
    .replace(/["']$/, '');
  const to = address === '' ? undefined : resolveFrom(page, address);
  return to !== undefined && withoutHash(to) !== withoutHash(page.url);
}

function withoutHash({ href, hash }: URL): string {
  return href.slice(0, href.length - hash.length);
}

const errorNames = /^(404|50x|not[-_]?found)$/i;
const rootErrorNames = /^(40[0135]|410|429|50[0234]|error|offline)$/i;
const errorTitles = /^(error )?(404|page not found)( error| page)?( (page )?not found)?$/i;

/** Whether a page is what a server answers with when something is missing or broken. */
function isErrorPage(page: Page): boolean {
  const parts = page.url.pathname
    .replace(/\.html?$/i, '')
    .split('/')
    .filter((part) => part !== '' && part !== 'index');
  const last = parts.at(-1) ?? '';
  if (errorNames.test(last) || (parts.length === 1 && rootErrorNames.test(last))) return true;
  const [title] = titleElements(page);
  const said = title === undefined ? [] : textOf(page, title).split(/ - |[|–—·:]/);
  return said.some((part) => errorTitles.test(part.trim()));
}
