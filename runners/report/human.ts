import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import Table from 'cli-table3';
import { plural } from '../../contract/text/plural.ts';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';
import { place } from './jobSummary.ts';
import { type Finding, oneLine, type Report, type ReportTable, type Severity } from './report.ts';

/** How the human output is shown; colours appear only when `stream` is a terminal that has them. */
export interface HumanOptions {
  quiet: boolean;
  stream: Writable;
}

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

const mostRows = 50;

/** Writes a report for humans: what was (not) checked, warnings, errors, and last the line that says how it went. */
export function renderHuman(report: Report, { quiet, stream }: HumanOptions): string {
  const paint: Paint = (format, text) => styleText(format, text, { stream });
  const sections = [
    ...(quiet ? [] : (report.tables ?? []).map((table) => tableSection(table, paint))),
    ...(quiet ? [] : [checkedSection(report, paint)]),
    notCheckedSection(report, paint),
    findingsSection(report, 'warning', paint),
    findingsSection(report, 'error', paint),
  ].filter((section) => section !== '');
  return [...sections, lastLines(report, paint)].join('\n');
}

function tableSection({ title, head, rows, shown: most = mostRows }: ReportTable, paint: Paint): string {
  const shown = rows.slice(0, most);
  return section(title, paint, [
    aligned([head.map((name) => paint('dim', name)), ...shown]),
    rest(rows.length - shown.length),
  ]);
}

function checkedSection({ checked }: Report, paint: Paint): string {
  if (checked.length === 0) return '';
  return section('Checked', paint, [
    aligned(checked.map(({ what, count }) => [what, count.toLocaleString('en-US')])),
  ]);
}

function notCheckedSection({ notChecked }: Report, paint: Paint): string {
  if (notChecked.length === 0) return '';
  return section('Not checked', paint, [aligned(notChecked.map(({ what, why }) => [what, oneLine(why)]))]);
}

function findingsSection({ findings }: Report, severity: Severity, paint: Paint): string {
  const all = findings.filter((finding) => finding.severity === severity);
  if (all.length === 0) return '';
  const shown = all.slice(0, mostRows);
  const title = paint([severity === 'error' ? 'red' : 'yellow', 'bold'], plural(all.length, severity));
  return `${title}\n${aligned(shown.flatMap((finding) => findingRows(finding, paint)))}${rest(all.length - shown.length)}`;
}

function findingRows(finding: Finding, paint: Paint): string[][] {
  const [first = '', ...more] = finding.message.split('\n').filter((line) => line.trim() !== '');
  const rows = [[place(finding), paint('dim', finding.rule), first], ...more.map((line) => ['', '', line])];
  return finding.hint === undefined ? rows : [...rows, ['', '', paint('dim', `→ ${finding.hint}`)]];
}

function lastLines({ runner, status, summary, outputs }: Report, paint: Paint): string {
  const link = outputs.outputs_uri === undefined ? '' : `outputs_uri=${oneLine(outputs.outputs_uri)}\n`;
  if (status === 'skipped') return `${link}${summary}\n`;
  const colour = status === 'passed' ? 'green' : 'red';
  return `${link}${paint([colour, 'bold'], `${runner} ${status}`)}: ${summary}\n`;
}

function section(title: string, paint: Paint, parts: string[]): string {
  return `${paint('bold', title)}\n${parts.join('')}`;
}

function rest(count: number): string {
  return count > 0 ? `  … and ${count.toLocaleString('en-US')} more (use --json to see all)\n` : '';
}

function aligned(rows: string[][]): string {
  const table = new Table({
    chars: noBorders,
    style: { 'padding-left': 2, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows);
  const lines = table.toString().split('\n');
  return `${lines.map((line) => trimEndOf(line, ' \t')).join('\n')}\n`;
}

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
