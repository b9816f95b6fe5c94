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
}

// The package's types describe an ES module, but it is CommonJS: what is imported is the function itself.
const parseRobotsTxt = robotsParser as unknown as typeof robotsParser.default;

/** Reads the text of a robots.txt that stands at the root of this address. */
export function parseRobots(source: string, base: URL, place: Robots['place']): Robots {
  const parsed = parseRobotsTxt(new URL('/robots.txt', base).href, source.replace(/^\uFEFF/, ''));
  return {
    source,
    place,
    sitemaps: parsed.getSitemaps(),
    crawlDelay: (agent) => parsed.getCrawlDelay(agent),
    // An address of another origin is not this file's to forbid.
    allows: (url, agent) => parsed.isAllowed(url.href, agent) ?? true,
  };
}
