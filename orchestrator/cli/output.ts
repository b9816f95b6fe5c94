import { Option } from 'commander';
import { ownValue } from '../../contract/ownValue.ts';
import { printableJson } from '../../contract/text/plainText.ts';
import type { CliContext } from './context.ts';
import { type Column, toTable } from './table.ts';

export const formats = ['table', 'json', 'csv'] as const;
export type Format = (typeof formats)[number];

/** The option `-o`, the same for every command that prints data. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'output format').choices(formats).default('table');
}

/** How rows of one kind are printed: for people in columns, for programs as records. */
export interface Printer<Row> {
  columns: readonly Column<Row>[];
  /** What programs get of a row, by the names that REST and CSV use. */
  fields: Readonly<Record<string, (row: Row) => unknown>>;
  /** Said instead of an empty table. */
  empty: string;
}

/** Prints rows on stdout in the format that was asked for. */
export function printRows<Row>(
  context: CliContext,
  rows: readonly Row[],
  printer: Printer<Row>,
  format: Format,
): void {
  if (format !== 'table') {
    const records = rows.map((row) => recordOf(row, printer.fields));
    printRecords(context, records, Object.keys(printer.fields), format);
  } else if (rows.length === 0) {
    context.print(printer.empty);
  } else {
    context.stdout.write(`${toTable(rows, printer.columns, context.stdout)}\n`);
  }
}

/** Prints records on stdout for programs. */
export function printRecords(
  { stdout }: CliContext,
  records: readonly Record<string, unknown>[],
  heads: readonly string[],
  format: 'json' | 'csv',
): void {
  stdout.write(format === 'json' ? `${printableJson(records, 2)}\n` : toCsv(records, heads));
}

/** Makes the record of one row. */
export function recordOf<Row>(row: Row, fields: Printer<Row>['fields']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, read]) => [name, read(row)]));
}

/** Writes records as CSV (RFC 4180) in which no cell can be taken for a formula. */
export function toCsv(records: readonly Record<string, unknown>[], heads: readonly string[]): string {
  const lines = [
    heads.map(cell),
    ...records.map((record) => heads.map((head) => cell(ownValue(record, head)))),
  ];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return cell(value.join(','));
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
