import type { ReportTable } from '../report/report.ts';
import type { Issue } from './issue.ts';
import type { Page } from './page.ts';
import type { Site } from './site.ts';

/** Makes the table of a site's pages: how many errors and warnings each has, and its worst finding. */
export function pageTable({ pages, kind }: Site, issues: readonly Issue[]): ReportTable {
  const byPage = Map.groupBy(issues, (issue) => issue.page);
  const rows = pages.map((page) => rowOf(page, byPage.get(page) ?? []));
  const others = issues.filter(({ page }) => page === undefined);
  const whole = others.length > 0 ? [row('(whole site)', others)] : [];
  return {
    title: kind === 'folder' ? 'Pages of the folder' : 'Pages of the site',
    head: ['page', 'errors', 'warnings', 'worst finding'],
    rows: [...rows, ...whole],
  };
}

function rowOf(page: Page, issues: Issue[]): string[] {
  return row(page.hidden === undefined ? page.name : `${page.name} (${page.hidden})`, issues);
}

function row(name: string, issues: Issue[]): string[] {
  const errors = issues.filter(({ severity }) => severity === 'error');
  const worst = errors[0] ?? issues[0];
  return [
    name,
    `${errors.length}`,
    `${issues.length - errors.length}`,
    worst === undefined ? '–' : `${worst.rule}: ${worst.message}`,
  ];
}
