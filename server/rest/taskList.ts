import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Store } from '../../domain/store.ts';
import type { TaskFilter } from '../../domain/tasks/input.ts';
import { completeTasks } from '../../domain/tasks/large.ts';
import { readTaskPage } from '../../domain/tasks/page.ts';
import type { ListedTask } from '../../domain/tasks/task.ts';
import { sendJson } from '../http/app.ts';
import { included } from './query.ts';
import { taskJson, writeTask } from './taskJson.ts';
import { waitingForJson, writeWaitingFor } from './waitingForJson.ts';

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
  /** What each task has beside its own fields. */
  include?: readonly 'waiting_for'[];
}

/** What a list may have beside the tasks' own fields, in a query. */
export const listInclude = included(['waiting_for'], '`waiting_for`: what each task is waiting for.');

/** A task of a list, for the API's description. */
export const listedTaskJson = taskJson.extend({ waiting_for: waitingForJson.optional() });

/**
 * Writes the newest matching tasks as a JSON array in its frame: as a text when one portion holds them, else as a stream
 * that reads the next portion when its reader has taken the one before.
 */
export async function readTaskList(
  store: Store,
  range: ListRange,
  frame: ListFrame = { before: '[', after: () => ']' },
): Promise<string | Readable> {
  const first = await readRows(store, range);
  const portions = cut(first.tasks);
  if (isLast(first, range.limit, range.filter) && portions.length <= 1) {
    const tasks = await writePortion(store, range, first.tasks);
    return `${frame.before}${tasks.join(',')}${frame.after(first.next)}`;
  }
  const options = { objectMode: false, highWaterMark: chunkLength };
  return Readable.from(writeList(store, range, frame, first), options);
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

/** A search goes on only with the next page, however little it has found. */
function isLast({ tasks, next }: Rows, wanted: number, { text }: TaskFilter): boolean {
  return next === undefined || tasks.length === wanted || text != null;
}

async function* writeList(store: Store, range: ListRange, frame: ListFrame, first: Rows) {
  const { filter, limit } = range;
  let rows = first;
  let left = limit;
  let text = frame.before;
  for (;;) {
    const isEnd = isLast(rows, left, filter);
    for (const portion of cut(rows.tasks))
      for (const json of await writePortion(store, range, portion)) {
        text += left === limit ? json : `,${json}`;
        left -= 1;
        if (text.length < chunkLength) continue;
        yield text;
        text = '';
      }
    if (isEnd) break;
    rows = await readRows(store, { filter, limit: left, cursor: rows.next });
  }
  yield `${text}${frame.after(rows.next)}`;
}

async function readRows({ db }: Store, { filter, limit, cursor }: ListRange): Promise<Rows> {
  const range = { first: Math.min(limit, portionRows), after: cursor };
  const { edges, hasNextPage, reach } = await readTaskPage(db, filter, range, { bothEnds: false });
  const next = (await hasNextPage()) ? (reach?.end ?? edges.at(-1)?.cursor) : undefined;
  return { tasks: edges.map(({ node }) => node), next };
}

/** Writes the tasks of one portion, each complete. */
async function writePortion(
  store: Store,
  { include = [] }: ListRange,
  portion: readonly ListedTask[],
): Promise<string[]> {
  const tasks = (await completeTasks(store.db, portion)).map(writeTask);
  if (!include.includes('waiting_for')) return tasks;
  const waiting = await writeWaitingFor(
    store,
    portion.map(({ id }) => id),
  );
  return tasks.map((task, index) => `${task.slice(0, -1)},"waiting_for":${waiting[index] ?? 'null'}}`);
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
