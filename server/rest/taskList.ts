import { Readable } from 'node:stream';
import type { TaskFilter } from '../../domain/tasks/input.ts';
import { readTaskPage } from '../../domain/tasks/page.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { Queryable } from '../../prisma/database/database.ts';
import { writeTask } from './taskJson.ts';

/** A list that is no longer is answered as a whole. */
const shortList = 100;

/** The rows of the first page of a longer list, whose size nobody knows yet. */
const firstRows = 10;

/** What further pages take in memory, as far as the rows before tell, and their most rows. */
const pageBytes = 512 * 1024;
const mostRows = 200;

/** How much is written at once. */
const chunkLength = 64 * 1024;

/**
 * Reads the newest `limit` matching tasks as a JSON array: as a text when they are few, else as a stream that reads the
 * next page when its reader has taken the one before.
 */
export async function readTaskList(
  db: Queryable,
  filter: TaskFilter,
  limit: number,
): Promise<string | Readable> {
  const first = await readPage(db, filter, limit <= shortList ? limit : firstRows);
  if (limit <= shortList || first.next === undefined) return `[${first.tasks.map(writeTask).join(',')}]`;
  return Readable.from(writeList(db, filter, limit, first), {
    objectMode: false,
    highWaterMark: chunkLength,
  });
}

interface ListPage {
  tasks: Task[];
  /** Where the next page begins; undefined when there is none. */
  next: string | undefined;
}

async function* writeList(db: Queryable, filter: TaskFilter, limit: number, first: ListPage) {
  let page = first;
  let left = limit;
  let text = '[';
  for (;;) {
    let length = 0;
    const rows = page.tasks.length;
    for (let task = page.tasks.shift(); task !== undefined; task = page.tasks.shift()) {
      const json = writeTask(task);
      length += json.length;
      text += left === limit ? json : `,${json}`;
      left -= 1;
      if (text.length < chunkLength) continue;
      yield text;
      text = '';
    }
    if (left === 0 || page.next === undefined) break;
    const fitting = Math.max(1, Math.floor((pageBytes * rows) / length));
    page = await readPage(db, filter, Math.min(left, fitting, mostRows), page.next);
  }
  yield `${text}]`;
}

async function readPage(db: Queryable, filter: TaskFilter, first: number, after?: string): Promise<ListPage> {
  const { edges, hasNextPage } = await readTaskPage(db, filter, { first, after }, { bothEnds: false });
  const next = (await hasNextPage()) ? edges.at(-1)?.cursor : undefined;
  return { tasks: edges.map(({ node }) => node), next };
}
