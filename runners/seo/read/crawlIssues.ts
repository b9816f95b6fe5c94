import type { Issue } from '../issue.ts';
import type { Target } from '../site.ts';
import type { Crawl } from './crawl.ts';

/** Reports pages that could not be read, a site that stopped answering, and a crawl that read nothing at all. */
export function crawlIssues({ targets, stopped, pages }: Crawl, base: URL): Issue[] {
  const issues: Issue[] = [];
  for (const [href, target] of targets) {
    if (target.kind !== 'missing' || /^HTTP 4/.test(target.reason)) continue;
    const message = `The page cannot be read: ${target.reason}.`;
    issues.push({ rule: 'site/page', severity: 'error', message, url: href });
  }
  if (stopped !== undefined) {
    const message = `The site stopped answering (${stopped}); the rest was not read.`;
    issues.push({ rule: 'site/stopped', severity: 'error', message, url: base.href });
  }
  if (pages.size === 0) {
    const message = `No page could be read, so nothing was checked: ${whyNothing(targets.get(base.href))}.`;
    issues.push({ rule: 'site/noPages', severity: 'error', message, url: base.href });
  }
  return issues;
}

function whyNothing(front: Target | undefined): string {
  if (front === undefined) return 'robots.txt excludes the front page';
  if (front.kind === 'moved') return `the front page redirects to ${front.to.href}`;
  return front.kind === 'missing' ? `the front page answers ${front.reason}` : 'the front page is not HTML';
}
