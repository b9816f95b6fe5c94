import robotsParser from 'robots-parser';
import type { Issue } from '../issue.ts';

/** The site's robots.txt, understood. */
export interface Robots {
  source: string;
  /** Where findings about it stand. */
  place: Pick<Issue, 'file' | 'url'>;
  /** Addresses of its `Sitemap:` lines, as they are written. */
  sitemaps: string[];
  /** Pause between two requests that it asks of an agent, in seconds. */
  crawlDelay(agent: string): number | undefined;
  allows(url: URL, agent: string): boolean;
  /** Whether it keeps a page out of search results: by `Disallow`, or by `Noindex`, which its author meant that way. */
  hides(url: URL): boolean;
}

// The package's types describe an ES module, but it is CommonJS: what is imported is the function itself.
const parseRobotsTxt = robotsParser as unknown as typeof robotsParser.default;

/** Reads the text of a robots.txt that stands at the root of this address. */
export function parseRobots(source: string, base: URL, place: Robots['place']): Robots {
  const address = new URL('/robots.txt', base).href;
  const parsed = parseRobotsTxt(address, source.replace(/^\uFEFF/, ''));
  const stricter = parseRobotsTxt(
    address,
    source.replace(/^\uFEFF/, '').replace(/^[ \t]*noindex[ \t]*:/gim, 'Disallow:'),
  );
  return {
    source,
    place,
    sitemaps: parsed.getSitemaps(),
    crawlDelay: (agent) => parsed.getCrawlDelay(agent),
    // An address of another origin is not this file's to forbid.
    allows: (url, agent) => parsed.isAllowed(url.href, agent) ?? true,
    hides: (url) => stricter.isAllowed(url.href, 'Googlebot') === false,
  };
}
