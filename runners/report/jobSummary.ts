import { markdownLine } from '../../contract/text/markdown.ts';
import { plural } from '../../contract/text/plural.ts';
import type { Finding, Report } from './report.ts';

const mostRows = 100;

/** Writes a report as Markdown for the summary page of a GitHub Actions job. */
export function renderJobSummary(report: Report): string {
  const lines = [
    `### ${marks[report.status]} ${report.runner}: ${report.status}`,
    '',
    markdownLine(report.summary),
    '',
    ...findingRows(report.findings),
    ...report.notChecked.map(
      ({ what, why }) => `- not checked: **${markdownLine(what)}**: ${markdownLine(why)}`,
    ),
    ...Object.entries(report.outputs).map(([key, value]) => `- ${markdownLine(key)}: ${markdownLine(value)}`),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

const marks: Record<Report['status'], string> = { passed: '✅', failed: '❌', skipped: '⏭️' };

function findingRows(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const shown = findings.slice(0, mostRows);
  const rest = findings.length - shown.length;
  return [
    '| | where | rule | finding |',
    '|---|---|---|---|',
    ...shown.map(
      (finding) =>
        `| ${[finding.severity, place(finding), finding.rule, said(finding)].map(markdownLine).join(' | ')} |`,
    ),
    '',
    ...(rest > 0 ? [`… and ${plural(rest, 'more finding')} (use \`--json\` to see all).`, ''] : []),
  ];
}

/** Names the place of a finding for humans: `file:line:column`, the URL, or nothing. */
export function place(finding: Finding): string {
  if (finding.file === undefined) return finding.url ?? '';
  return [finding.file, finding.line, finding.line === undefined ? undefined : finding.column]
    .filter((part) => part !== undefined)
    .join(':');
}

function said(finding: Finding): string {
  return finding.hint === undefined ? finding.message : `${finding.message} (${finding.hint})`;
}
