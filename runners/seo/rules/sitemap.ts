import { at, type Issue } from '../issue.ts';
import type { Hidden, Page } from '../page.ts';
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

const faultsOfHidden: Record<Hidden, Issue> = {
  noindex: { rule: 'sitemap/noindex', severity: 'error', message: 'it tells search engines not to index it' },
  'robots.txt': { rule: 'sitemap/blocked', severity: 'error', message: 'robots.txt hides it (Noindex)' },
  redirect: { rule: 'sitemap/moved', severity: 'warning', message: 'it redirects to another URL' },
  'error page': { rule: 'sitemap/errorPage', severity: 'warning', message: 'it is an error page' },
};

function faultOf(url: URL, target: ReturnType<Site['lookup']>, site: Site): Issue | undefined {
  if (target.kind === 'missing') {
    return { rule: 'sitemap/dead', severity: 'error', message: `there is no page (${target.reason})` };
  }
  if (target.kind === 'moved') {
    return { rule: 'sitemap/moved', severity: 'warning', message: `it redirects to ${target.to.href}` };
  }
  if (target.kind === 'external') {
    if (!site.published) return undefined;
    return { rule: 'sitemap/outside', severity: 'error', message: `it is outside ${site.base.href}` };
  }
  if (site.robots?.allows(url, 'Googlebot') === false) {
    return { rule: 'sitemap/blocked', severity: 'error', message: 'robots.txt excludes it' };
  }
  if (target.kind !== 'page') return undefined;
  if (target.page.hidden !== undefined) return faultsOfHidden[target.page.hidden];
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
  for (const page of site.pages) {
    if (listed.has(page) || page.hidden !== undefined || canonicalElsewhere(page, site)) continue;
    yield {
      rule: 'sitemap/unlisted',
      severity: 'warning',
      message: `The page is not in the sitemap.`,
      hint: `List ${site.published ? (canonicalHref(page) ?? page.url).href : 'it'}, or mark it noindex when it is not for search engines.`,
      ...at(page),
    };
  }
}
