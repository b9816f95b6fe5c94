import type { Issue } from './issue.ts';
import type { Page } from './page.ts';
import type { Robots } from './read/robots.ts';
import type { Sitemap } from './read/sitemap.ts';

/** What stands at an address of the site. */
export type Target =
  | { kind: 'page'; page: Page }
  | { kind: 'file' }
  | { kind: 'moved'; to: URL }
  | { kind: 'missing'; reason: string }
  | { kind: 'unknown' }
  | { kind: 'external' };

/** Everything that was read of a site, from a folder or over HTTP, ready for the rules. */
export interface Site {
  kind: 'folder' | 'website';
  /** Every page's address is below it; it ends with a slash. */
  base: URL;
  /** False for a folder of which nobody knows where it is published. */
  published: boolean;
  pages: Page[];
  robots: Robots | undefined;
  sitemaps: Sitemap[];
  /** Tells what stands at an address; the fragment does not matter. */
  lookup(url: URL): Target;
  /** Language to suggest for pages that declare none, when the user named one. */
  language: string | undefined;
  /** What reading itself found, such as a page that answers 500. */
  issues: Issue[];
  notChecked: { what: string; why: string }[];
}
