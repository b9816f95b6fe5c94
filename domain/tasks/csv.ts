import { pipeline, type Readable } from 'node:stream';
import type { Database, Queryable } from '../../prisma/database/database.ts';
import { CsvLines } from './csvLines.ts';
import type { TaskFilter } from './input.ts';
import { buildCsvRows, buildCsvTruncation } from './pageSql.ts';

/** The columns of the CSV in their order, when none are asked for. */
export const csvDefaultColumns = [
  'id',
  'task',
  'run_id',
  'status',
  'started_at',
  'finished_at',
  'duration_ms',
  'outputs_uri',
  'log_excerpt',
] as const;

/** Every column a CSV can have. */
export const csvColumns = [
  ...csvDefaultColumns,
  'inputs',
  'approval_state',
  'approver',
  'approval_note',
  'webhook_notified_at',
  'webhook_error',
  'created_at',
] as const;
export type CsvColumn = (typeof csvColumns)[number];

/** A CSV that is being read from the database. */
export interface TaskCsv {
  /** The bytes of the CSV (RFC 4180, UTF-8); its first line holds the names of the columns. */
  rows: Readable;
  /** True when `limit` cut rows off. */
  truncated: boolean;
}

/**
 * Streams the matching tasks as CSV, newest first, straight from the database's COPY, so that no more than a few
 * chunks are in memory. Cells that a spreadsheet would run begin with `'`; log excerpts are cut to 100 characters.
 */
export async function openTaskCsv(
  db: Database,
  filter: TaskFilter,
  limit: number,
  columns: readonly CsvColumn[] = csvDefaultColumns,
): Promise<TaskCsv> {
  const truncated = await csvIsTruncated(db, filter, limit);
  const copy = await db.copyOut(buildCsvRows(filter, limit, columns.map(cell)));
  const rows = pipeline(copy, new CsvLines(), () => {
    // Whoever reads the rows hears of a failure from them.
  });
  return { rows, truncated };
}

/** Says whether a CSV of the matching tasks ends before the last of them. */
export async function csvIsTruncated(db: Queryable, filter: TaskFilter, limit: number): Promise<boolean> {
  const [cut] = await db.query(buildCsvTruncation(filter, limit));
  return cut !== undefined;
}

const times = new Set<CsvColumn>(['started_at', 'finished_at', 'webhook_notified_at', 'created_at']);
const plain = new Set<CsvColumn>(['id', 'status', 'duration_ms', 'approval_state', 'inputs']);

/** The expression of one cell. */
function cell(column: CsvColumn): string {
  if (plain.has(column)) return column;
  if (times.has(column)) return `replace(replace(${column}::text, ' ', 'T'), '+00', 'Z') AS ${column}`;
  const text =
    column === 'log_excerpt'
      ? `CASE WHEN length(left(log_excerpt, 101)) > 100 THEN left(log_excerpt, 100) || '...' ELSE log_excerpt END`
      : column;
  return `CASE WHEN ascii(${column}) IN (9, 13, 43, 45, 61, 64) THEN '''' || ${text} ELSE ${text} END AS ${column}`;
}
