import { plural } from '../../contract/text/plural.ts';
import { createReport, type Report, type ReportParts } from '../report/report.ts';
import type { Issue } from './issue.ts';
import { pageTable } from './pageTable.ts';
import type { Site } from './site.ts';

/** The name of the task. */
export const runnerName = 'seo.validate';

/** Makes the report on a site: a table by page, the findings, and honestly what was not looked at. */
export function siteReport(site: Site, issues: Issue[], strict: boolean, more: ReportParts = {}): Report {
  const findings = issues.map(({ page: _page, fix: _fix, ...finding }) => finding);
  const hidden = site.pages.filter((page) => page.hidden !== undefined).length;
  const parts: ReportParts = {
    ...more,
    findings: [...findings, ...(more.findings ?? [])],
    checked: [
      { what: 'pages', count: site.pages.length },
      ...(hidden > 0 ? [{ what: 'of them not for search engines (fewer checks)', count: hidden }] : []),
      { what: 'sitemaps', count: site.sitemaps.length },
    ],
    notChecked: [...site.notChecked, ...(more.notChecked ?? []), ...neverChecked(site)],
    tables: [...(more.tables ?? []), pageTable(site, issues)],
  };
  const report = createReport(runnerName, parts, strict);
  return more.summary === undefined ? { ...report, summary: summarise(report, site, issues) } : report;
}

function summarise(report: Report, { pages }: Site, issues: Issue[]): string {
  const fixable = issues.filter(({ fix }) => fix !== undefined).length;
  const fixes = fixable === 0 ? '' : `; run without --dry-run to fix ${fixable} of them`;
  return `${plural(pages.length, 'page')}: ${report.summary}${fixes}`;
}

function neverChecked({ kind, published }: Site): Report['notChecked'] {
  return [
    { what: 'what JavaScript adds to pages', why: 'only the HTML that the server sends is read' },
    { what: 'external links', why: 'other sites are not requested' },
    { what: 'page speed, layout and rank', why: 'they need a browser or a search engine' },
    ...(kind === 'folder' ? [{ what: "the server's redirects and headers", why: 'a folder has none' }] : []),
    ...(published
      ? []
      : [
          {
            what: 'whether canonical links and the sitemap lead to this site',
            why: 'its URL is unknown (--base-url)',
          },
        ]),
  ];
}
