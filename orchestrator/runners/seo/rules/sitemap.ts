import { escapeAttribute, leadOf } from '../fix/headEdit.ts';
import type { Edit, Issue } from '../issue.ts';
import { at } from '../issue.ts';
import type { Page } from '../page.ts';
import type { Sitemap, SitemapEntry } from '../read/sitemap.ts';
import type { Rule } from '../rule.ts';
import type { Site } from '../site.ts';
import { canonicalHref } from './canonical.ts';

/** The sitemap is valid, lists every indexable page and nothing else (sitemaps.org). */
export const sitemap: Rule = {
  family: 'sitemap',
  checks: 'valid, lists every indexable page, no dead entries',
  site: checkSitemaps,
};

function* checkSitemaps(site: Site): Iterable<Issue> {
  const { sitemaps, base, pages } = site;
  if (pages.length === 0) return;
  if (sitemaps.length === 0) {
    yield {
      rule: 'sitemap/missing',
      severity: 'warning',
      message: 'The site has no sitemap.',
      hint: 'Add a sitemap.xml that lists its pages, and name it in robots.txt.',
      url: new URL('sitemap.xml', base).href,
    };
    return;
  }
  const listed = new Set<Page>();
  const seen = new Set<string>();
  for (const map of sitemaps) {
    for (const { message, line } of map.problems) {
      yield { rule: 'sitemap/invalid', severity: 'error', message, ...map.place, line };
    }
    if (map.kind !== 'urlset') continue;
    for (const entry of map.entries) yield* checkEntry(entry, map, site, seen, listed);
  }
  if (sitemaps.some(({ kind }) => kind === 'urlset')) yield* unlisted(site, listed);
}

function* checkEntry(
  entry: SitemapEntry,
  map: Sitemap,
  site: Site,
  seen: Set<string>,
  listed: Set<Page>,
): Iterable<Issue> {
  const place = { ...map.place, line: entry.line };
  const url = URL.parse(entry.loc);
  if (url === null || !/^https?:$/.test(url.protocol)) return;
  if (seen.has(url.href)) {
    yield {
      rule: 'sitemap/repeated',
      severity: 'warning',
      message: `${url.href} is listed twice.`,
      ...place,
    };
  }
  seen.add(url.href);
  const target = site.lookup(url);
  if (target.kind === 'page') listed.add(target.page);
  const fault = faultOf(url, target, site);
  if (fault !== undefined)
    yield { ...fault, message: `${url.href} is listed, but ${fault.message}.`, ...place };
}

function faultOf(url: URL, target: ReturnType<Site['lookup']>, site: Site): Issue | undefined {
  if (target.kind === 'missing') {
    return { rule: 'sitemap/dead', severity: 'error', message: `no page is there (${target.reason})` };
  }
  if (target.kind === 'moved') {
    return { rule: 'sitemap/moved', severity: 'warning', message: `it redirects to ${target.to.href}` };
  }
  if (target.kind === 'external') {
    if (!site.published) return undefined;
    return { rule: 'sitemap/outside', severity: 'error', message: `it is outside ${site.base.href}` };
  }
  if (site.robots?.allows(url, 'Googlebot') === false) {
    return { rule: 'sitemap/blocked', severity: 'error', message: 'robots.txt keeps search engines from it' };
  }
  if (target.kind !== 'page') return undefined;
  if (!target.page.indexable) {
    return { rule: 'sitemap/noindex', severity: 'error', message: 'it asks search engines to leave it out' };
  }
  return canonicalElsewhere(target.page, site)
    ? { rule: 'sitemap/canonical', severity: 'warning', message: 'it names another page as canonical' }
    : undefined;
}

function canonicalElsewhere(page: Page, site: Site): boolean {
  const href = canonicalHref(page);
  if (href === undefined) return false;
  const target = site.lookup(href);
  return target.kind === 'page' && target.page !== page;
}

function* unlisted(site: Site, listed: Set<Page>): Iterable<Issue> {
  const home = site.sitemaps.find(({ kind, end }) => kind === 'urlset' && end !== undefined);
  for (const page of site.pages) {
    if (listed.has(page) || !page.indexable || canonicalElsewhere(page, site)) continue;
    if (site.robots?.allows(page.url, 'Googlebot') === false) continue;
    yield {
      rule: 'sitemap/unlisted',
      severity: 'warning',
      message: `The page is not in the sitemap.`,
      hint: 'List it, or mark it noindex when it is not for search engines.',
      fix: home === undefined ? undefined : entryEdit(home, page, site),
      ...at(page),
    };
  }
}

function entryEdit({ file, source, end }: Sitemap, page: Page, site: Site): Edit | undefined {
  const url = canonicalHref(page) ?? page.url;
  if (file === undefined || end === undefined || !site.published) return undefined;
  const last = lastEntry(source);
  const lead = last === undefined ? '' : leadOf(source, last);
  const entry = `<url><loc>${escapeAttribute(url.href).replaceAll("'", '&apos;')}</loc></url>`;
  return { file, start: end, end, text: `${lead}${entry}`, summary: `listed ${page.name} in the sitemap` };
}

/** The place of the last `<url>` in the source of a sitemap. */
function lastEntry(source: string): number | undefined {
  for (
    let at = source.lastIndexOf('<url');
    at !== -1;
    at = at === 0 ? -1 : source.lastIndexOf('<url', at - 1)
  ) {
    if (/^<url\b/.test(source.slice(at, at + 5))) return at;
  }
  return undefined;
}
