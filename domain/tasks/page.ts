import type { Queryable } from '../../database/database.ts';
import { type Edge, type Page, type PageArguments, readPage } from '../input/page.ts';
import { decodeCursor, encodeCursor, type Position, type Walk } from './cursor.ts';
import type { TaskFilter } from './input.ts';
import { buildCount, buildPage } from './pageSql.ts';
import { walkOf } from './regions.ts';
import { boundSearch } from './search.ts';
import { cutSearch, findWindow } from './searchWindow.ts';
import type { ListedTask } from './task.ts';

/** How a page of tasks is read. */
export interface TaskPageOptions {
  /** The largest size that may be asked for. @default 200 */
  max?: number;
  /** Whether the page's one statement also looks at the end that is not in the direction of paging. @default true */
  bothEnds?: boolean;
}

/**
 * Reads a page of tasks in the order `(started_at DESC NULLS FIRST, id DESC)`, without what of them is large. With `text` it
 * looks at so many tasks at most, so a page may hold fewer than there are, and say how far it looked.
 * @throws InvalidCursorError, InvalidInputError
 */
export async function readTaskPage(
  db: Queryable,
  filter: TaskFilter,
  page: PageArguments,
  { max, bothEnds = true }: TaskPageOptions = {},
): Promise<Page<ListedTask>> {
  const within = boundSearch(filter);
  return readPage<Position, ListedTask>(
    page,
    decodeCursor,
    async (whole, limit, backward, other) => {
      const isSearch = within.text != null;
      const { stretch, reach } = isSearch
        ? await findWindow(db, within, whole, backward)
        : { stretch: whole, reach: undefined };
      const outside = bothEnds && !isSearch ? other : undefined;
      const rows = await db.query<TaskRow>(buildPage(within, { ...stretch, limit, backward, outside }));
      const walk = walkOf(stretch);
      return { edges: rows.map((row) => new TaskEdge(row, walk)), outside: rows[0]?.outside, reach };
    },
    max,
  );
}

/**
 * Counts the matching tasks, at most `bound` of them: a result of `bound` means that many or more. With `text` only the
 * newest 200,000 tasks of its range are looked at.
 */
export async function countTasks(db: Queryable, filter: TaskFilter, bound = 10_000): Promise<number> {
  const { filter: searched } = await cutSearch(db, boundSearch(filter));
  const [row] = await db.query<{ count: number }>(buildCount(searched, bound));
  return row?.count ?? 0;
}

/** A row with what its cursor is made of, as far as the task and its walk do not tell it. */
export interface TaskRow extends ListedTask {
  /** Where the task stands in its walk, when that is not its start. */
  sortAt?: string | null;
  /** Which transactions the walk has not seen, in the rows of its first page. */
  asOf?: number;
  open?: readonly number[];
  /** Whether there is anything on the other side of the cursor that the page starts from; asked in each row alike. */
  outside?: boolean;
}

/** Writes its cursor only when asked: most readers want one of a whole page. */
export class TaskEdge implements Edge<ListedTask> {
  readonly node: TaskRow;
  readonly #walk: Walk | undefined;

  constructor(node: TaskRow, walk: Walk | undefined = node) {
    this.node = node;
    this.#walk = walk;
  }

  get cursor(): string {
    const { startedAt, sortAt = startedAt, id } = this.node;
    return encodeCursor({ startedAt: sortAt, id, asOf: this.#walk?.asOf, open: this.#walk?.open });
  }
}
