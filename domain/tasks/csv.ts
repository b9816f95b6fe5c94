import type { Readable } from 'node:stream';
import type { Database } from '../../prisma/database/database.ts';
import { InvalidInputError } from '../errors.ts';
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
  /** RFC 4180 with LF line ends outside of quotes made CRLF; the header line is its first. */
  rows: Readable;
  /** True when `limit` cut rows off. */
  truncated: boolean;
}

/**
 * Streams the matching tasks as CSV, newest first, straight from the database's COPY, so that no more than a few
 * chunks are in memory. Cells that a spreadsheet would run begin with `'`; log excerpts are cut to 100 characters.
 * @throws InvalidInputError for an unknown column
 */
export async function openTaskCsv(
  db: Database,
  filter: TaskFilter,
  limit: number,
  columns: readonly string[] = csvDefaultColumns,
): Promise<TaskCsv> {
  const known = columns.map((column) => readColumn(column));
  const [cut] = await db.query(buildCsvTruncation(filter, limit));
  const rows = await db.copyOut(buildCsvRows(filter, limit, known.map(cell)));
  return { rows, truncated: cut !== undefined };
}

function readColumn(column: string): CsvColumn {
  const known = csvColumns.find((name) => name === column);
  if (known) return known;
  const message = `expected some of ${csvColumns.join(', ')}, got ${JSON.stringify(column.slice(0, 64))}`;
  throw new InvalidInputError([{ path: ['columns'], message, type: 'enum' }]);
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
