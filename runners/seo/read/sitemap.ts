import { load } from 'cheerio';
import { type Issue, positionOf } from '../issue.ts';
import { attribute } from '../page.ts';
import { findXmlFault } from './wellFormed.ts';

/** One address of a sitemap. */
export interface SitemapEntry {
  /** As it is written, without surrounding whitespace. */
  loc: string;
  line: number;
}

/** A sitemap or an index of sitemaps, understood. */
export interface Sitemap {
  url: URL;
  /** Where findings about it stand. */
  place: Pick<Issue, 'file' | 'url'>;
  kind: 'urlset' | 'sitemapindex' | 'invalid';
  entries: SitemapEntry[];
  problems: { message: string; line?: number }[];
}

const mostEntries = 50_000;
const date = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?)?)?$/;

/** Reads a sitemap: XML of either kind, or one address a line (sitemaps.org). */
export function parseSitemap(text: string, known: Pick<Sitemap, 'url' | 'place'>): Sitemap {
  const source = text.replace(/^\uFEFF/, '');
  const sitemap: Sitemap = { ...known, kind: 'urlset', entries: [], problems: [] };
  if (/^\s*</.test(source)) readXml(source, sitemap);
  else readLines(source, sitemap);
  if (sitemap.entries.length > mostEntries) {
    sitemap.problems.push({
      message: `The sitemap has ${sitemap.entries.length} entries; expected at most ${mostEntries}.`,
    });
  }
  return sitemap;
}

function readXml(source: string, sitemap: Sitemap): void {
  const { problems } = sitemap;
  const fault = findXmlFault(source);
  if (fault !== undefined) {
    const { line } = positionOf(source, fault.offset);
    problems.push({ message: `The sitemap is not well-formed XML: ${fault.message}.`, line });
  }
  const $ = load(source, { xml: { withStartIndices: true, withEndIndices: true } });
  const root = $.root().children().get(0);
  const name = root?.tagName.replace(/^.*:/, '');
  if (root === undefined || (name !== 'urlset' && name !== 'sitemapindex')) {
    sitemap.kind = 'invalid';
    problems.push({
      message: `The sitemap's root is <${root?.tagName}>; expected <urlset> or <sitemapindex>.`,
    });
    return;
  }
  sitemap.kind = name;
  if (!/^https?:\/\/www\.sitemaps\.org\/schemas\/sitemap\/0\.9$/.test(namespaceOf(root))) {
    problems.push({
      message: 'The sitemap lacks xmlns="http://www.sitemaps.org/schemas/sitemap/0.9".',
      line: 1,
    });
  }
  const lineAt = lineCounter(source);
  for (const item of $(root).children().toArray()) {
    const line = lineAt(item.startIndex ?? 0);
    const child = (tag: string) =>
      $(item)
        .children()
        .filter((_, each) => each.tagName.replace(/^.*:/, '') === tag);
    const lastmod = child('lastmod').first().text().trim();
    if (lastmod !== '' && !date.test(lastmod)) {
      problems.push({ message: `lastmod is "${lastmod}"; expected a date such as 2025-01-15.`, line });
    }
    const locs = child('loc');
    if (locs.length > 1) problems.push({ message: `An entry has ${locs.length} URLs; expected one.`, line });
    const loc = locs.first();
    addEntry(sitemap, loc.text().trim(), lineAt(loc.get(0)?.startIndex ?? item.startIndex ?? 0));
  }
}

function namespaceOf(root: Parameters<typeof attribute>[0]): string {
  return (
    attribute(root, 'xmlns') ||
    Object.entries(root?.attribs ?? {}).find(([name]) => name.startsWith('xmlns:'))?.[1] ||
    ''
  );
}

function readLines(source: string, sitemap: Sitemap): void {
  for (const [index, line] of source.split(/\r\n|\r|\n/).entries()) {
    if (line.trim() !== '') addEntry(sitemap, line.trim(), index + 1);
  }
}

function addEntry(sitemap: Sitemap, loc: string, line: number): void {
  if (!/^https?:\/\//i.test(loc) || !URL.canParse(loc)) {
    const came = loc === '' ? 'no URL' : `"${loc}"`;
    sitemap.problems.push({ message: `An entry has ${came}; expected an absolute URL.`, line });
    return;
  }
  sitemap.entries.push({ loc, line });
}

function lineCounter(source: string): (offset: number) => number {
  let seen = 0;
  let line = 1;
  return (offset) => {
    for (; seen < offset; seen += 1) if (source[seen] === '\n') line += 1;
    return line;
  };
}
