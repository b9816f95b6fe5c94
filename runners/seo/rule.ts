import type { Issue } from './issue.ts';
import type { Page } from './page.ts';
import type { Site } from './site.ts';

/** One family of checks. Adding one is a file in `rules/` and a line in `rules/all.ts`. */
export interface Rule {
  /** First part of its findings' names: the family `title` finds `title/missing`. */
  family: string;
  /** What it checks, in one line for `--help`. */
  checks: string;
  /** Examines one page. */
  page?(page: Page, site: Site): Iterable<Issue>;
  /** Examines the site as a whole. */
  site?(site: Site): Iterable<Issue>;
}
