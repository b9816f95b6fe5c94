import { type Page, resolveFrom, select } from '../page.ts';
import type { Target } from '../site.ts';
import { decodePage } from './decodePage.ts';
import type { Answer, Fetcher } from './fetcher.ts';
import type { Robots } from './robots.ts';

/** What limits a crawl. */
export interface CrawlLimits {
  maxPages: number;
  /** Requests for anything but pages, such as documents that are only linked. */
  maxRequests: number;
  /** Whether an address belongs to the site and robots.txt lets us ask for it. */
  mayAsk(url: URL): boolean;
  /** Makes the address to ask for out of one that a page or sitemap names. */
  toAsked(url: URL): URL;
  robots: Robots | undefined;
}

/** What a crawl found: pages, and what stands at every address that it asked for. */
export interface Crawl {
  pages: Map<string, Page>;
  targets: Map<string, Target>;
  /** Addresses that were known but not asked for because a limit was reached. */
  left: number;
  /** Set when the site stopped answering and the crawl gave up. */
  stopped: string | undefined;
}

const failuresInARow = 5;
const longestAddress = 2000;

/** Reads pages from these addresses on, following their links breadth first until there are no more or a limit is reached. */
export async function crawl(start: URL[], fetcher: Fetcher, limits: CrawlLimits): Promise<Crawl> {
  const found: Crawl = { pages: new Map(), targets: new Map(), left: 0, stopped: undefined };
  const known = new Set<string>();
  let waiting: URL[] = [];
  let failures = 0;

  const add = (url: URL) => {
    const asked = withoutHash(limits.toAsked(url));
    if (asked.href.length > longestAddress || known.has(asked.href) || !limits.mayAsk(asked)) return;
    known.add(asked.href);
    waiting.push(asked);
  };

  const visit = async (url: URL) => {
    const answer = await fetcher.ask(url, { method: 'GET', wantsBody: isHtml });
    const network = answer.kind === 'failed' && answer.network;
    failures = network ? failures + 1 : 0;
    if (network && failures >= failuresInARow) found.stopped = answer.reason;
    if (answer.kind !== 'ok') {
      found.targets.set(
        url.href,
        answer.kind === 'away'
          ? { kind: 'moved', to: answer.to }
          : { kind: 'missing', reason: answer.reason },
      );
      return;
    }
    if (answer.moved) found.targets.set(url.href, { kind: 'moved', to: answer.url });
    if (found.pages.has(answer.url.href) || !limits.mayAsk(answer.url)) return;
    known.add(answer.url.href);
    const target = readAnswer(answer, limits.robots);
    found.targets.set(answer.url.href, target);
    if (target.kind === 'page') found.pages.set(answer.url.href, target.page);
  };

  for (const url of start) add(url);
  while (waiting.length > 0 && found.stopped === undefined) {
    const room = Math.min(limits.maxPages - found.pages.size, limits.maxRequests - found.targets.size);
    if (room <= 0) break;
    const batch = waiting.slice(0, Math.min(room, 20));
    waiting = waiting.slice(batch.length);
    const before = new Set(found.pages.keys());
    await Promise.all(batch.map(visit));
    // In the order of their addresses, so that two crawls of one site read the same pages.
    const fresh = [...found.pages].filter(([href]) => !before.has(href)).sort(byAddress);
    for (const [, page] of fresh) for (const url of linkedFrom(page)) add(url);
  }
  found.left = waiting.length;
  return found;
}

function readAnswer(
  { url, headers, body }: Extract<Answer, { kind: 'ok' }>,
  robots: Robots | undefined,
): Target {
  if (!isHtml(headers.get('content-type') ?? '')) return { kind: 'file' };
  try {
    return { kind: 'page', page: decodePage(url, headers, body, robots) };
  } catch (error) {
    return { kind: 'missing', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Lists the addresses that a page links to. */
function linkedFrom(page: Page): URL[] {
  return select(page, 'a[href], area[href]')
    .flatMap((element) => resolveFrom(page, (element.attribs.href ?? '').trim()) ?? [])
    .filter((url) => /^https?:$/.test(url.protocol));
}

/** Copies an address without its fragment. */
export function withoutHash(url: URL): URL {
  const copy = new URL(url);
  copy.hash = '';
  return copy;
}

function isHtml(contentType: string): boolean {
  return /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(contentType);
}

function byAddress([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1;
}
