import type { Issue } from '../issue.ts';
import type { Site } from '../site.ts';
import type { Answer, Fetcher } from './fetcher.ts';
import { parseRobots, type Robots } from './robots.ts';

/** A site that answers, with what its robots.txt says. */
export interface OpenedSite {
  /** The address below which pages are read. */
  base: URL;
  robots: Robots | undefined;
}

/** How this runner introduces itself to servers; robots.txt may address it by the part before the slash. */
export const agent = 'NightshiftSeo/1.0';

const longestCrawlDelay = 10;

/** Asks a site for its robots.txt, before anything else; a fault here means that nothing of the site can be read. */
export async function openSite(site: URL, fetcher: Fetcher): Promise<OpenedSite | { fault: Issue }> {
  const asked = folderOf(site);
  const first = await askForRobots(asked, fetcher);
  // A site that moves everything to https, robots.txt included, is read there.
  const secured =
    first.kind === 'away' && first.to.protocol === 'https:' && first.to.hostname === asked.hostname;
  const base = secured ? new URL(asked.pathname, first.to) : asked;
  const answer = secured ? await askForRobots(base, fetcher) : first;
  const fault = faultOf(answer, base);
  if (fault !== undefined) return { fault };
  const robots = robotsOf(answer, base);
  fetcher.slowDown(Math.min(robots?.crawlDelay(agent) ?? 0, longestCrawlDelay) * 1000);
  return { base, robots };
}

/** Makes the site that stands for one of which nothing could be read. */
export function unreadSite(base: URL, fault: Issue): Site {
  return {
    kind: 'website',
    base,
    published: true,
    pages: [],
    robots: undefined,
    sitemaps: [],
    lookup: () => ({ kind: 'unknown' }),
    language: undefined,
    issues: [fault],
    notChecked: [{ what: 'every page', why: 'the site could not be read' }],
  };
}

function folderOf(site: URL): URL {
  return new URL(site.pathname.endsWith('/') ? site.pathname : `${site.pathname}/`, site);
}

function askForRobots(base: URL, fetcher: Fetcher): Promise<Answer> {
  return fetcher.ask(new URL('/robots.txt', base), { method: 'GET', wantsBody: isText, maxBytes: 512_000 });
}

function faultOf(answer: Answer, base: URL): Issue | undefined {
  const url = base.href;
  const severity = 'error';
  if (answer.kind === 'away') {
    const message = `${url} cannot be read: it redirects to ${answer.to.origin}.`;
    const hint = `Set SITE_BASE_URL (or --site) to ${answer.to.origin}.`;
    return { rule: 'site/moved', severity, message, hint, url };
  }
  if (answer.kind === 'ok') return undefined;
  if (answer.network) {
    const message = `${url} cannot be reached: ${answer.reason}.`;
    const hint = 'Check SITE_BASE_URL (or --site), and that the site is up.';
    return { rule: 'site/unreachable', severity, message, hint, url };
  }
  if (isAbsent(answer.status)) return undefined;
  const message = `robots.txt cannot be read (${answer.reason}), which excludes robots from the whole site (RFC 9309), so nothing was read.`;
  return { rule: 'site/robots', severity, message, url: new URL('/robots.txt', base).href };
}

function isAbsent(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 429;
}

function robotsOf(answer: Answer, base: URL): Robots | undefined {
  if (answer.kind !== 'ok' || !isText(answer.headers.get('content-type') ?? '')) return undefined;
  return parseRobots(answer.body.toString('utf8'), base, { url: answer.url.href });
}

function isText(contentType: string): boolean {
  return contentType === '' || /^\s*text\/plain\b/i.test(contentType);
}
