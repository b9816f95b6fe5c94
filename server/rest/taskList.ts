import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { TaskFilter } from '../../domain/tasks/input.ts';
import { completeTasks } from '../../domain/tasks/large.ts';
import { readTaskPage } from '../../domain/tasks/page.ts';
import type { ListedTask } from '../../domain/tasks/task.ts';
import type { Queryable } from '../../prisma/database/database.ts';
import { sendJson } from './app.ts';
import { writeTask } from './taskJson.ts';

/** What is read at once: so many rows, and of large excerpts and inputs so many bytes. */
const portionRows = 200;
const portionBytes = 512 * 1024;

/** How much is written at once. */
const chunkLength = 64 * 1024;

/** What a list is written into. */
interface ListFrame {
  before: string;
  /** Writes what follows the rows; the cursor of the last one when there are more. */
  after: (nextCursor: string | undefined) => string;
}

/** Which tasks are listed: so many of those that match, from the newest or from a cursor on. */
interface ListRange {
  filter: TaskFilter;
  limit: number;
  cursor?: string | undefined;
}

/**
 * Writes the newest matching tasks as a JSON array in its frame: as a text when one portion holds them, else as a stream
 * that reads the next portion when its reader has taken the one before.
 */
export async function readTaskList(
  db: Queryable,
  range: ListRange,
  frame: ListFrame = { before: '[', after: () => ']' },
): Promise<string | Readable> {
  const first = await readRows(db, range);
  const portions = cut(first.tasks);
  if (isLast(first, range.limit) && portions.length <= 1) {
    const tasks = await completeTasks(db, first.tasks);
    return `${frame.before}${tasks.map(writeTask).join(',')}${frame.after(first.next)}`;
  }
  const options = { objectMode: false, highWaterMark: chunkLength };
  return Readable.from(writeList(db, range, frame, first), options);
}

/** Answers with a list. */
export function sendList(reply: FastifyReply, list: string | Readable): FastifyReply {
  if (typeof list === 'string') return sendJson(reply, list);
  return reply.header('content-type', 'application/json; charset=utf-8').send(list);
}

interface Rows {
  tasks: ListedTask[];
  /** Where the next ones begin; undefined when nothing is left. */
  next: string | undefined;
}

function isLast({ tasks, next }: Rows, wanted: number): boolean {
  return next === undefined || tasks.length === wanted;
}

async function* writeList(db: Queryable, { filter, limit }: ListRange, frame: ListFrame, first: Rows) {
  let rows = first;
  let left = limit;
  let text = frame.before;
  for (;;) {
    const isEnd = isLast(rows, left);
    for (const portion of cut(rows.tasks))
      for (const task of await completeTasks(db, portion)) {
        const json = writeTask(task);
        text += left === limit ? json : `,${json}`;
        left -= 1;
        if (text.length < chunkLength) continue;
        yield text;
        text = '';
      }
    if (isEnd) break;
    rows = await readRows(db, { filter, limit: left, cursor: rows.next });
  }
  yield `${text}${frame.after(rows.next)}`;
}

async function readRows(db: Queryable, { filter, limit, cursor }: ListRange): Promise<Rows> {
  const range = { first: Math.min(limit, portionRows), after: cursor };
  const { edges, hasNextPage } = await readTaskPage(db, filter, range, { bothEnds: false });
  const next = (await hasNextPage()) ? edges.at(-1)?.cursor : undefined;
  return { tasks: edges.map(({ node }) => node), next };
}

/** Cuts rows into portions of which the large values can be read at once. */
function cut(tasks: readonly ListedTask[]): ListedTask[][] {
  const portions: ListedTask[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const task of tasks) {
    bytes += task.leftOut ?? 0;
    const portion = bytes <= portionBytes ? portions.at(-1) : undefined;
    if (portion !== undefined) {
      portion.push(task);
      continue;
    }
    portions.push([task]);
    bytes = task.leftOut ?? 0;
  }
  return portions;
}
