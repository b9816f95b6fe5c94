import { relative, resolve, sep } from 'node:path';
import type { Finding, Report } from './report.ts';

const mostAnnotations = 50;

/** Writes findings as workflow commands of GitHub Actions, errors first, at most as many as GitHub shows for one job. */
export function renderAnnotations(report: Report, cwd: string, workspace: string): string {
  return report.findings
    .slice(0, mostAnnotations)
    .map((finding) => `${annotation(finding, cwd, workspace)}\n`)
    .join('');
}

function annotation(finding: Finding, cwd: string, workspace: string): string {
  const properties = [
    finding.file === undefined ? undefined : `file=${escapeProperty(pathFrom(workspace, cwd, finding.file))}`,
    finding.file === undefined || finding.line === undefined ? undefined : `line=${finding.line}`,
    finding.file === undefined || finding.column === undefined ? undefined : `col=${finding.column}`,
    `title=${escapeProperty(finding.rule)}`,
  ];
  const text = [finding.message, finding.url, finding.hint].filter((part) => part !== undefined).join('\n');
  const known = properties.filter((property) => property !== undefined).join(',');
  return `::${finding.severity} ${known}::${escapeData(text)}`;
}

function pathFrom(workspace: string, cwd: string, file: string): string {
  return relative(workspace, resolve(cwd, file)).replaceAll(sep, '/');
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
