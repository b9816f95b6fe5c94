import type { Queryable } from '../../database/database.ts';
import type { Range } from '../input/page.ts';
import { encodeCursor, type Position } from './cursor.ts';
import type { TaskFilter } from './input.ts';
import { buildWindowEnd } from './pageSql.ts';
import { walkOf } from './regions.ts';

/** How many tasks a page with `text` is looked for in; a larger range is searched page by page. */
const searchedTogether = 20_000;

/** How many an export and a count are looked for in. */
const searchedAtMost = 200_000;

/** The part of a stretch in which a text is looked for with one statement. */
interface SearchWindow {
  stretch: Range<Position>;
  /** The cursor of the last task in it, where there are more behind it. */
  reach?: string;
}

/**
 * Cuts a stretch so that no statement reads more than so many tasks, whatever matches: the nearest to its start, or to its
 * end when `backward`. A walk begins with that look, so that what moves after it stands for the walk where it stood.
 */
export async function findWindow(
  db: Queryable,
  filter: TaskFilter,
  stretch: Range<Position>,
  backward: boolean,
): Promise<SearchWindow> {
  const rows = await db.query<WindowRow>(buildWindowEnd(filter, stretch, backward, searchedTogether));
  const walk = walkOf(stretch);
  const [last, next] = rows.map((row): Position => {
    const { asOf, open } = walk ?? row;
    return {
      startedAt: row.startedAt,
      id: row.id,
      ...(asOf !== undefined && { asOf }),
      ...(open && { open }),
    };
  });
  if (last === undefined || next === undefined) return { stretch };
  return {
    stretch: { ...stretch, [backward ? 'after' : 'before']: next },
    reach: encodeCursor(last),
  };
}

/** Has a filter with `text` search only the newest 200,000 tasks of its range; says whether there are older ones. */
export async function cutSearch(
  db: Queryable,
  filter: TaskFilter,
): Promise<{ filter: TaskFilter; isCut: boolean }> {
  if (filter.text == null) return { filter, isCut: false };
  const [last, next] = await db.query<WindowRow>(buildWindowEnd(filter, {}, false, searchedAtMost));
  if (last === undefined || next === undefined) return { filter, isCut: false };
  return { filter: { ...filter, since: last.startedAt }, isCut: true };
}

interface WindowRow {
  id: number;
  startedAt: string;
  asOf: number;
  open: number[];
}
