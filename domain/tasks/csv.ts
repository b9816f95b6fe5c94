import { pipeline, type Readable } from 'node:stream';
import type { Database, Queryable } from '../../database/database.ts';
import { type CellKind, CsvCells, excerptLength } from './csvCells.ts';
import type { TaskFilter } from './input.ts';
import { buildCsvRows, buildCsvTruncation } from './pageSql.ts';
import { boundSearch } from './search.ts';
import { cutSearch } from './searchWindow.ts';

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
  'acknowledged_at',
  'acknowledged_by',
  'acknowledgement_note',
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
 * chunks are in memory; with `text` those among the newest 200,000 of its range. Cells that a spreadsheet would run begin with `'`; log excerpts are cut to 100 characters.
 */
export async function openTaskCsv(
  db: Database,
  filter: TaskFilter,
  limit: number,
  columns: readonly CsvColumn[] = csvDefaultColumns,
): Promise<TaskCsv> {
  const search = await cutSearch(db, boundSearch(filter));
  const truncated = await isTruncated(db, search, limit);
  const copy = await db.copyOut(buildCsvRows(search.filter, limit, columns.map(cell)));
  const rows = pipeline(copy, new CsvCells(columns.map((column) => kinds[column])), () => {
    // Whoever reads the rows hears of a failure from them.
  });
  return { rows, truncated };
}

/** Says whether a CSV of the matching tasks ends before the last of them. */
export async function csvIsTruncated(db: Queryable, filter: TaskFilter, limit: number): Promise<boolean> {
  return isTruncated(db, await cutSearch(db, boundSearch(filter)), limit);
}

async function isTruncated(
  db: Queryable,
  { filter, isCut }: Awaited<ReturnType<typeof cutSearch>>,
  limit: number,
): Promise<boolean> {
  if (isCut) return true;
  const [cut] = await db.query(buildCsvTruncation(filter, limit));
  return cut !== undefined;
}

const kinds: Record<CsvColumn, CellKind> = {
  id: 'plain',
  task: 'text',
  run_id: 'text',
  status: 'plain',
  started_at: 'time',
  finished_at: 'time',
  duration_ms: 'plain',
  outputs_uri: 'text',
  log_excerpt: 'excerpt',
  inputs: 'plain',
  approval_state: 'plain',
  approver: 'text',
  approval_note: 'text',
  webhook_notified_at: 'time',
  webhook_error: 'text',
  created_at: 'time',
  acknowledged_at: 'time',
  acknowledged_by: 'text',
  acknowledgement_note: 'text',
};

/** The expression of one cell; one character more than an excerpt has tells that it is cut. */
function cell(column: CsvColumn): string {
  return column === 'log_excerpt' ? `left(log_excerpt, ${excerptLength + 1}) AS log_excerpt` : column;
}
