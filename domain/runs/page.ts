import { readTime } from '../../contract/input/time.ts';
import type { Queryable } from '../../database/database.ts';
import { readCursor, textsOf, writeCursor } from '../input/cursor.ts';
import { type Page, type PageArguments, readPage } from '../input/page.ts';
import type { RunFilter } from './input.ts';
import { buildRunCount, buildRunPage, type RunPosition } from './pageSql.ts';
import { type Run, type RunRow, toRun } from './run.ts';

/**
 * Reads a page of the matching runs, newest first (by `created_at`, then `run_id`), each with the summary of its tasks and
 * without its inputs, with one statement. Where a run stands never changes, so a walk sees none twice.
 * @throws InvalidCursorError, InvalidInputError
 */
export async function readRunPage(
  db: Queryable,
  page: PageArguments,
  filter: RunFilter = {},
): Promise<Page<Run>> {
  return readPage<RunPosition, Run>(page, decodeRunCursor, async (stretch, limit, backward, outside) => {
    const rows = await db.query<RunRow & { outside?: boolean }>(
      buildRunPage(filter, { ...stretch, limit, backward, outside }),
    );
    const edges = rows.map(({ outside: _, ...row }) => ({ node: toRun(row), cursor: encodeRunCursor(row) }));
    return { edges, outside: rows[0]?.outside };
  });
}

/** Counts the matching runs, at most `bound` of them. */
export async function countRuns(db: Queryable, filter: RunFilter = {}, bound = 10_000): Promise<number> {
  const [row] = await db.query<{ count: number }>(buildRunCount(filter, bound));
  return row?.count ?? 0;
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
