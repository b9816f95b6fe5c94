import type { Queryable } from '../../database/database.ts';
import { InvalidInputError } from '../input/errors.ts';
import { type Edge, type Page, type PageArguments, readPage } from '../input/page.ts';
import { decodeCursor, type Position } from './cursor.ts';
import { selectWalk } from './moved.ts';
import { readTaskPage, TaskEdge, type TaskRow } from './page.ts';
import { type ListedTask, selectListed } from './task.ts';

/**
 * Reads the same page of the tasks of several runs with one statement, in the order of the ids.
 * @throws InvalidInputError for a bad size, and for a cursor with more than one run, since it belongs to one of them
 */
export async function readRunTaskPages(
  db: Queryable,
  runIds: readonly string[],
  page: PageArguments,
): Promise<Page<ListedTask>[]> {
  const cursor = page.after != null ? 'after' : page.before != null ? 'before' : undefined;
  if (cursor !== undefined && runIds.length === 1)
    return [await readTaskPage(db, { runIds: [...runIds] }, page)];
  if (cursor !== undefined) {
    const message = 'a cursor belongs to the tasks of one run: read further pages one run at a time';
    throw new InvalidInputError([{ path: [cursor], message, type: 'cursor_of_several' }]);
  }
  let edges: Promise<Map<string, Edge<ListedTask>[]>> | undefined;
  const pages = runIds.map((runId) =>
    readPage<Position, ListedTask>(page, decodeCursor, async (_all, limit, backward) => {
      edges ??= readEnds(db, runIds, limit, backward);
      return { edges: (await edges).get(runId) ?? [] };
    }),
  );
  return Promise.all(pages);
}

/** The first tasks of each run, or its last ones, nearest to that end first. */
async function readEnds(db: Queryable, runIds: readonly string[], limit: number, backward: boolean) {
  const direction = backward ? 'ASC' : 'DESC';
  const order = `started_at ${direction}, id ${direction}`;
  const rows = await db.query<TaskRow>({
    text: `SELECT ends.* FROM unnest($1::text[]) wanted(run) CROSS JOIN LATERAL (
        SELECT ${selectListed}, started_at AS "sortAt", ${selectWalk}
        FROM agents_tasks WHERE run_id = wanted.run ORDER BY ${order} LIMIT ${limit}) ends
      ORDER BY ends."runId", ends."sortAt" ${direction}, ends.id ${direction}`,
    values: [runIds],
  });
  const byRun = Map.groupBy(rows, (row) => row.runId);
  return new Map([...byRun].map(([runId, own]) => [runId, own.map((row) => new TaskEdge(row))]));
}
