import { readTime } from '../../contract/input/time.ts';
import type { Queryable } from '../../database/database.ts';
import { readCursor, textsOf, writeCursor } from '../input/cursor.ts';
import { type Page, type PageArguments, type Range, readPage } from '../input/page.ts';
import { type Run, type RunRow, summarize, toRun } from './run.ts';

/**
 * Reads a page of runs, newest first (by `created_at`, then `run_id`), each with the summary of its tasks and without its
 * inputs, with one statement.
 * @throws InvalidCursorError, InvalidInputError
 */
export async function readRunPage(db: Queryable, page: PageArguments): Promise<Page<Run>> {
  return readPage<RunPosition, Run>(page, decodeRunCursor, async (stretch, limit, backward, other) => {
    const rows = await db.query<RunRow & { outside?: boolean }>(
      buildRunPage(stretch, limit, backward, other),
    );
    const edges = rows.map(({ outside, ...row }) => ({ node: toRun(row), cursor: encodeRunCursor(row) }));
    return { edges, outside: rows[0]?.outside };
  });
}

/** Counts the runs, at most `bound` of them. */
export async function countRuns(db: Queryable, bound = 10_000): Promise<number> {
  const text = `SELECT count(*) AS count FROM (SELECT 1 FROM runs LIMIT ${bound}) counted`;
  const [row] = await db.query<{ count: number }>({ text });
  return row?.count ?? 0;
}

interface RunPosition {
  createdAt: string;
  runId: string;
}

function buildRunPage(
  stretch: Range<RunPosition>,
  limit: number,
  backward: boolean,
  outside?: Range<RunPosition>,
) {
  const values: string[] = [];
  const direction = backward ? 'ASC' : 'DESC';
  const order = (table: string) => `${table}created_at ${direction}, ${table}run_id ${direction}`;
  const from = `(SELECT * FROM runs${within(stretch, values)} ORDER BY ${order('')} LIMIT ${limit}) runs`;
  const also = outside ? `, EXISTS (SELECT 1 FROM runs${within(outside, values)}) AS outside` : '';
  return { text: `${summarize(from, also)} ORDER BY ${order('runs.')}`, values };
}

/** The WHERE clause of a stretch, its values added to those of the statement. */
function within({ after, before, inclusive }: Range<RunPosition>, values: string[]): string {
  const compare = (operator: string, { createdAt, runId }: RunPosition) => {
    values.push(createdAt, runId);
    return `(created_at, run_id) ${operator}${inclusive ? '=' : ''} ($${values.length - 1}::timestamptz, $${values.length}::text)`;
  };
  const conditions = [...(after ? [compare('<', after)] : []), ...(before ? [compare('>', before)] : [])];
  return conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
}

function encodeRunCursor({ createdAt, runId }: RunPosition): string {
  return writeCursor(JSON.stringify([createdAt, runId]));
}

function decodeRunCursor(cursor: string): RunPosition {
  return readCursor(cursor, (value) => {
    const [createdAt, runId] = textsOf(value, 2);
    const moment = readTime(createdAt ?? '');
    const isStorable = runId && !runId.includes('\0') && runId.isWellFormed();
    return moment !== undefined && isStorable ? { createdAt: moment, runId } : undefined;
  });
}
