import { plural } from '../../contract/text/plural.ts';
import { stripControls } from '../../contract/text/stripControls.ts';

/** How much a finding weighs: an error fails the runner, a warning does so only under `--strict`. */
export type Severity = 'error' | 'warning';

/** One thing that a runner found, with the place where someone can fix it. */
export interface Finding {
  /** Stable name of the rule, such as `lint/noUnusedVariables` or `title-missing`. */
  rule: string;
  severity: Severity;
  message: string;
  /** Path below the directory that was examined. */
  file?: string;
  /** Counted from 1. */
  line?: number;
  /** Counted from 1. */
  column?: number;
  url?: string;
  /** What to do about it, in one sentence. */
  hint?: string;
}

/** A table of the human output, such as the pages of a site. */
export interface ReportTable {
  title: string;
  head: string[];
  rows: string[][];
  /** How many rows the human output shows. @default 50 */
  shown?: number;
}

/** What one execution of a runner has to say; the same object is shown to humans, printed as JSON and annotated. */
export interface Report {
  runner: string;
  status: 'passed' | 'failed' | 'skipped';
  /** One line that says how it went; for `skipped` it is the reason. */
  summary: string;
  findings: Finding[];
  checked: { what: string; count: number }[];
  notChecked: { what: string; why: string }[];
  /** What later steps or humans need, `outputs_uri` above all. */
  outputs: Record<string, string>;
  tables?: ReportTable[];
}

/** The parts of a report that a runner gathers; the rest follows from them. */
export interface ReportParts {
  findings?: Finding[];
  checked?: Report['checked'];
  notChecked?: Report['notChecked'];
  outputs?: Record<string, string>;
  tables?: ReportTable[];
  /** Replaces the summary that counts errors and warnings. */
  summary?: string;
}

/** Makes a report out of what a runner gathered: findings cleaned, sorted and without repeats, the status derived from them. */
export function createReport(runner: string, parts: ReportParts, strict = false): Report {
  const findings = sortFindings((parts.findings ?? []).map(cleanFinding));
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.length - errors;
  const failed = errors > 0 || (strict && warnings > 0);
  const report: Report = {
    runner,
    status: failed ? 'failed' : 'passed',
    summary: oneLine(parts.summary ?? summarise(errors, warnings, strict)),
    findings,
    checked: parts.checked ?? [],
    notChecked: parts.notChecked ?? [],
    outputs: parts.outputs ?? {},
  };
  return parts.tables === undefined ? report : { ...report, tables: parts.tables };
}

/** Joins what several checks gathered into one. */
export function joinParts(parts: readonly ReportParts[]): ReportParts {
  return {
    findings: parts.flatMap((part) => part.findings ?? []),
    checked: parts.flatMap((part) => part.checked ?? []),
    notChecked: parts.flatMap((part) => part.notChecked ?? []),
    outputs: Object.assign({}, ...parts.map((part) => part.outputs ?? {})),
    tables: parts.flatMap((part) => part.tables ?? []),
  };
}

/** Makes the report of a runner that had nothing to do; the reason ends up on the task. */
export function skippedReport(runner: string, reason: string, parts: ReportParts = {}): Report {
  return { ...createReport(runner, parts), status: 'skipped', summary: oneLine(reason) };
}

/** Sorts findings (errors first, then by place) and drops exact repeats, so that two equal runs print the same. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const unique = new Map(findings.map((finding) => [findingKey(finding), finding]));
  return [...unique.values()].sort(compareFindings);
}

/** Folds text to one printable line: no ANSI codes, no control characters, no broken surrogates. */
export function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

function cleanFinding(finding: Finding): Finding {
  const clean: Finding = { ...finding, message: printable(finding.message).trim() };
  if (finding.hint !== undefined) clean.hint = printable(finding.hint).trim();
  return clean;
}

function printable(text: string): string {
  return stripControls(text).replace(/\r\n?/g, '\n').toWellFormed();
}

function findingKey(finding: Finding): string {
  const { rule, severity, message, file, line, column, url } = finding;
  return JSON.stringify([rule, severity, message, file, line, column, url]);
}

function compareFindings(left: Finding, right: Finding): number {
  return (
    weight(left) - weight(right) ||
    compareText(left.file ?? left.url ?? '', right.file ?? right.url ?? '') ||
    (left.line ?? 0) - (right.line ?? 0) ||
    (left.column ?? 0) - (right.column ?? 0) ||
    compareText(left.rule, right.rule) ||
    compareText(left.message, right.message)
  );
}

function weight(finding: Finding): number {
  return finding.severity === 'error' ? 0 : 1;
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function summarise(errors: number, warnings: number, strict: boolean): string {
  if (errors + warnings === 0) return 'nothing found';
  const counts = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
  return strict && errors === 0 ? `${counts} (--strict: warnings fail)` : counts;
}
