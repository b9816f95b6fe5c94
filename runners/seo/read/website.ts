import { ownValue } from '../../../contract/ownValue.ts';
import { plural } from '../../../contract/text/plural.ts';
import { metaByProperty, type Page, resolveFrom, select } from '../page.ts';
import { references } from '../references.ts';
import type { Site, Target } from '../site.ts';
import { type Crawl, crawl, withoutHash } from './crawl.ts';
import { crawlIssues } from './crawlIssues.ts';
import { createFetcher, type Fetcher } from './fetcher.ts';
import { agent, type OpenedSite, openSite, unreadSite } from './openSite.ts';
import { pathBelow } from './routes.ts';
import { readSitemaps } from './sitemaps.ts';
import type { FetcherOptions } from './wanted.ts';

/** A website to read. */
export interface WebsiteSource extends Omit<FetcherOptions, 'agent'> {
  site: URL;
  /** The address that its pages call their own, when `site` is a copy of it. */
  published: URL | undefined;
  maxPages: number;
  log(line: string): void;
}

const mostFiles = 500;
const sitemapBytes = 50 * 1024 * 1024;

/** Reads a website through its sitemap and its links, politely; a site that cannot be read becomes an error, never a pass. */
export async function readWebsite(from: WebsiteSource): Promise<Site> {
  const fetcher = createFetcher({ ...from, agent });
  const opened = await openSite(from.site, fetcher);
  if ('fault' in opened) return unreadSite(from.site, opened.fault);
  const { base, robots } = opened;
  const toAsked = (url: URL) => rebase(url, from.published, base);
  const { sitemaps, issues } = await readSitemaps(
    await firstSitemaps(opened, fetcher, toAsked),
    async (url) => {
      const asked = toAsked(url);
      const place = { url: url.href };
      if (asked.origin !== base.origin) return { reason: `it is outside ${base.origin}`, place };
      const answer = await fetcher.ask(asked, {
        method: 'GET',
        wantsBody: () => true,
        maxBytes: sitemapBytes,
      });
      return answer.kind === 'ok' ? { bytes: answer.body, place } : { reason: reasonOf(answer), place };
    },
  );
  const blocked = new Set<string>();
  const isOurs = (url: URL) => pathBelow(url, base) !== undefined;
  const mayAsk = (url: URL) => {
    if (!isOurs(url)) return false;
    if (robots?.allows(url, agent) ?? true) return true;
    blocked.add(url.href);
    return false;
  };
  const listed = sitemaps.flatMap(({ kind, entries }) => (kind === 'urlset' ? entries : []));
  const start = [base, ...listed.map(({ loc }) => new URL(loc))];
  from.log(
    `Reading ${base.href} (${plural(listed.length, 'URL')} in its sitemap, at most ${plural(from.maxPages, 'page')})`,
  );
  const found = await crawl(start, fetcher, {
    maxPages: from.maxPages,
    maxRequests: from.maxPages * 3,
    mayAsk,
    toAsked,
    robots,
  });
  const unasked = await askForFiles(found, fetcher, mayAsk, toAsked);
  const pages = [...found.pages.values()].sort((left, right) => (left.url.href < right.url.href ? -1 : 1));
  return {
    kind: 'website',
    base,
    published: true,
    pages,
    robots,
    sitemaps,
    lookup: (url) => {
      const asked = withoutHash(toAsked(url));
      const known = found.targets.get(asked.href);
      return known ?? { kind: asked.origin === base.origin ? 'unknown' : 'external' };
    },
    language: undefined,
    issues: [...issues, ...crawlIssues(found, base)],
    notChecked: whatWasLeft(from, found, blocked, unasked),
  };
}

function rebase(url: URL, published: URL | undefined, base: URL): URL {
  const path = published === undefined ? undefined : pathBelow(url, published);
  if (published === undefined || path === undefined) return url;
  const moved = new URL(base);
  // Not by resolving it: what stands below the published URL can look like an address of its own.
  moved.pathname = `${base.pathname}${url.pathname.slice(published.pathname.length).replace(/^\//, '')}`;
  moved.search = url.search;
  moved.hash = url.hash;
  return moved;
}

async function firstSitemaps(
  { base, robots }: OpenedSite,
  fetcher: Fetcher,
  toAsked: (url: URL) => URL,
): Promise<URL[]> {
  const named = (robots?.sitemaps ?? []).flatMap((href) => URL.parse(href) ?? []);
  if (named.length > 0) return named;
  const usual = toAsked(new URL('sitemap.xml', base));
  const answer = await fetcher.ask(usual, { method: 'GET', wantsBody: () => false });
  return answer.kind === 'ok' && /xml|text\/plain/i.test(answer.headers.get('content-type') ?? '')
    ? [usual]
    : [];
}

async function askForFiles(
  { pages, targets, stopped }: Crawl,
  fetcher: Fetcher,
  mayAsk: (url: URL) => boolean,
  toAsked: (url: URL) => URL,
): Promise<number> {
  const wanted = new Map<string, URL>();
  for (const page of pages.values()) {
    for (const url of filesOf(page).map((each) => withoutHash(toAsked(each)))) {
      if (!targets.has(url.href) && mayAsk(url)) wanted.set(url.href, url);
    }
  }
  const asked = stopped === undefined ? [...wanted.values()].slice(0, mostFiles) : [];
  await Promise.all(asked.map(async (url) => targets.set(url.href, await targetAt(url, fetcher))));
  return wanted.size - asked.length;
}

function filesOf(page: Page): URL[] {
  const loaded = references
    .filter(({ what }) => what !== 'link')
    .flatMap(({ selector, attribute }) =>
      select(page, selector).map(({ attribs }) => ownValue(attribs, attribute)),
    );
  const previews = metaByProperty(page, 'og:image').map(({ attribs }) => attribs.content);
  return [...loaded, ...previews].flatMap((href) => resolveFrom(page, (href ?? '').trim()) ?? []);
}

async function targetAt(url: URL, fetcher: Fetcher): Promise<Target> {
  const wantsBody = () => false;
  const head = await fetcher.ask(url, { method: 'HEAD', wantsBody });
  const refused = head.kind === 'failed' && [403, 405, 501].includes(head.status ?? 0);
  const answer = refused ? await fetcher.ask(url, { method: 'GET', wantsBody }) : head;
  if (answer.kind === 'ok') return answer.moved ? { kind: 'moved', to: answer.url } : { kind: 'file' };
  return answer.kind === 'away'
    ? { kind: 'moved', to: answer.to }
    : { kind: 'missing', reason: answer.reason };
}

function whatWasLeft(
  from: WebsiteSource,
  { left }: Crawl,
  blocked: Set<string>,
  unasked: number,
): Site['notChecked'] {
  const parts = [
    { count: left, what: 'more URLs', why: `--max-pages is ${from.maxPages}` },
    { count: blocked.size, what: 'URLs', why: 'robots.txt excludes them' },
    { count: unasked, what: 'images and other files', why: `at most ${mostFiles} of them are requested` },
  ];
  return parts
    .filter(({ count }) => count > 0)
    .map(({ count, what, why }) => ({ what: `${count} ${what}`, why }));
}

function reasonOf(answer: { kind: 'away'; to: URL } | { kind: 'failed'; reason: string }): string {
  return answer.kind === 'away' ? `it redirects to ${answer.to.href}` : answer.reason;
}
