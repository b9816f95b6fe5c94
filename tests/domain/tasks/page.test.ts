import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import type { TaskStatus } from '../../../contract/words/taskStatus.ts';
import type { Queryable } from '../../../database/database.ts';
import { InvalidCursorError, InvalidInputError } from '../../../domain/input/errors.ts';
import type { PageArguments } from '../../../domain/input/page.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { encodeCursor } from '../../../domain/tasks/cursor.ts';
import type { TaskFilter } from '../../../domain/tasks/input.ts';
import { countTasks, readTaskPage } from '../../../domain/tasks/page.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import type { Task } from '../../../domain/tasks/task.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';

const statuses = ['queued', 'running', 'succeeded', 'failed'] as const;
const times = [null, '2025-01-01T00:00:00Z', '2025-01-01T00:00:00.001Z', '2025-01-02T00:00:00Z'];

/** A small world with many ties and nulls. */
const seed = fc.array(
  fc.record({
    task: fc.constantFrom('a', 'b', 'c'),
    runId: fc.constantFrom('r1', 'r2'),
    status: fc.constantFrom<TaskStatus>(...statuses),
    startedAt: fc.constantFrom(...times),
  }),
  { minLength: 0, maxLength: 14 },
);

const filters = fc.record(
  {
    statuses: fc.uniqueArray(fc.constantFrom<TaskStatus>(...statuses), { minLength: 1 }),
    tasks: fc.uniqueArray(fc.constantFrom('a', 'b', 'none'), { minLength: 1 }),
    runIds: fc.uniqueArray(fc.constantFrom('r1', 'r2', 'none'), { minLength: 1 }),
    since: fc.constantFrom(...times.slice(1)),
    until: fc.constantFrom(...times.slice(1)),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<TaskFilter>;

/** What happens between two pages of a walk; numbers choose among the tasks that were there at its start. */
const disturbance = fc.record({
  insert: fc.array(fc.constantFrom(...times, 'now' as const), { maxLength: 2 }),
  start: fc.array(fc.nat({ max: 13 }), { maxLength: 4 }),
  startedAt: fc.constantFrom(undefined, ...times.slice(1)),
  finish: fc.array(fc.nat({ max: 13 }), { maxLength: 2 }),
});
type Disturbance = typeof disturbance extends fc.Arbitrary<infer D> ? D : never;

const ascending = (a: number, b: number) => a - b;

describeOnBoth('Pages of tasks', (database) => {
  const store = storeOf(database);
  const { db } = database;

  async function plant(rows: readonly Partial<Task>[]): Promise<Task[]> {
    await database.truncate();
    const tasks: Task[] = [];
    for (const row of rows) {
      const input = { task: 'a', runId: 'r1', status: 'succeeded' as const, startedAt: times[1], ...row };
      tasks.push((await createTask(store, everything, input)).task);
    }
    return tasks;
  }

  beforeEach(() => database.truncate());

  it('hold the tasks that a filter over all rows would find, in the order of the list', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.array(filters, { minLength: 4, maxLength: 4 }), async (rows, wanted) => {
        const tasks = await plant(rows);
        for (const filter of wanted) {
          const expected = tasks.filter((task) => matches(task, filter)).sort(newestFirst);
          const { edges } = await readTaskPage(db(), filter, { first: 200 });
          expect(edges.map(({ node }) => node.id)).toEqual(expected.map(({ id }) => id));
          expect(await countTasks(db(), filter)).toBe(expected.length);
        }
      }),
      { numRuns: sized({ short: 15, full: 25 }) },
    );
  });

  it('are cut as the connection specification cuts a list, for every combination of arguments', async () => {
    const size = fc.option(fc.nat({ max: 6 }), { nil: undefined });
    const at = fc.option(fc.nat({ max: 13 }), { nil: undefined });
    const args = fc.record({ first: size, last: size, after: at, before: at });
    await fc.assert(
      fc.asyncProperty(
        seed,
        filters,
        fc.array(args, { minLength: 6, maxLength: 6 }),
        async (rows, filter, wanted) => {
          await plant(rows);
          const all = (await readTaskPage(db(), filter, { first: 200 })).edges;
          for (const { first, last, after, before } of wanted) {
            const cursors = { after: all[after ?? -1]?.cursor, before: all[before ?? -1]?.cursor };
            const page = await readTaskPage(db(), filter, { first, last, ...cursors });
            const list = all.map(({ node }) => node.id);
            const model = cutLikeRelay(list, {
              first: first ?? (last === undefined ? 50 : undefined),
              last,
              after: list[after ?? -1],
              before: list[before ?? -1],
            });
            // A cursor also holds when its walk began, so that those of two reads may differ.
            expect(page.edges.map(({ node }) => node.id)).toEqual(model.edges);
            expect(await page.hasNextPage()).toBe(model.hasNextPage);
            expect(await page.hasPreviousPage()).toBe(model.hasPreviousPage);
          }
        },
      ),
      { numRuns: sized({ short: 15, full: 25 }) },
    );
  });

  it('seen in a walk hold every row that was there at its start exactly once while rows come, start and finish', async () => {
    const steps = fc.array(disturbance, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        seed,
        steps,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (rows, disturbances, size, backward) => {
          const before = await plant(
            rows.map((row) => ({ ...row, status: row.startedAt === null ? 'queued' : 'running' })),
          );
          const pending = [...disturbances];
          const seen = await walk(size, backward, async () => {
            const next = pending.shift();
            if (next) await disturb(before, next);
          });
          expect(seen.filter((id) => before.some((task) => task.id === id)).sort(ascending)).toEqual(
            before.map(({ id }) => id),
          );
          expect(new Set(seen).size).toBe(seen.length);
        },
      ),
      { numRuns: sized({ short: 30, full: 60 }) },
    );
  });

  /** Moves a task in the order, as a start, a retry or a report of another time does. */
  const move = (tx: Queryable, id: number | undefined, startedAt: string | null) =>
    tx.query({ text: 'UPDATE agents_tasks SET started_at = $2 WHERE id = $1', values: [id, startedAt] });
  const anyTime = fc.constantFrom(null, ...times.slice(1), '2030-01-01T00:00:00Z');
  const manyMoves = fc.array(fc.array(fc.tuple(fc.nat({ max: 13 }), anyTime), { maxLength: 5 }), {
    minLength: 1,
    maxLength: 8,
  });

  it('seen in a walk hold every row exactly once while rows start, are retried and get other times', async () => {
    await fc.assert(
      fc.asyncProperty(
        seed,
        manyMoves,
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (rows, steps, size, backward) => {
          const before = await plant(rows);
          const pending = [...steps];
          const seen = await walk(size, backward, async () => {
            for (const [index, time] of pending.shift() ?? []) await move(db(), before[index]?.id, time);
          });
          expect(seen.sort(ascending)).toEqual(before.map(({ id }) => id));
        },
      ),
      { numRuns: sized({ short: 30, full: 60 }) },
    );
  });

  it('of a time hold each row that was in it when the walk began, wherever it has moved', async () => {
    const [old, middle, young] = await plant([{}, { startedAt: times[2] }, { startedAt: times[3] }]);
    const filter: TaskFilter = { since: times[1] };
    const first = await readTaskPage(db(), filter, { first: 1 });
    await move(db(), middle?.id, null);
    await move(db(), old?.id, '2020-01-01T00:00:00Z');
    await move(db(), young?.id, times[1] ?? '');
    const rest = await readTaskPage(db(), filter, { first: 9, after: first.edges[0]?.cursor });
    expect(rest.edges.map(({ node }) => node.id)).toEqual([middle?.id, old?.id]);
    const filtered = { ...filter, statuses: ['succeeded' as const, 'failed' as const], tasks: ['a'] };
    const same = await readTaskPage(db(), filtered, { first: 9, after: first.edges[0]?.cursor });
    expect(same.edges.map(({ node }) => node.id)).toEqual([middle?.id, old?.id]);
  });

  /** Reads page after page, with something happening between each two, and gives the ids in the order seen. */
  async function walk(size: number, backward: boolean, between: () => Promise<void>): Promise<number[]> {
    const seen: number[] = [];
    let cursor: string | undefined;
    for (;;) {
      const { edges } = await readTaskPage(
        db(),
        {},
        backward ? { last: size, before: cursor } : { first: size, after: cursor },
      );
      if (edges.length === 0) return seen;
      seen.push(...edges.map(({ node }) => node.id));
      cursor = (backward ? edges.at(0) : edges.at(-1))?.cursor;
      await between();
    }
  }

  async function disturb(
    tasks: readonly Task[],
    { insert, start, startedAt, finish }: Disturbance,
  ): Promise<void> {
    for (const time of insert) {
      const input = {
        task: 'new',
        runId: 'r3',
        status: 'queued' as const,
        startedAt: time === 'now' ? undefined : time,
      };
      await createTask(store, everything, input);
    }
    for (const index of start) {
      const task = await now(tasks[index]);
      if (task?.status === 'queued')
        await updateTask(store, everything, task.id, { status: 'running', startedAt });
    }
    for (const index of finish) {
      const task = await now(tasks[index]);
      if (task?.status === 'running') await updateTask(store, everything, task.id, { status: 'succeeded' });
    }
  }

  async function now(task: Task | undefined): Promise<Task | null> {
    return task ? findTask(db(), task.id) : null;
  }

  it('start after a row that was deleted since', async () => {
    const [oldest, middle, newest] = await plant([{}, {}, {}]);
    const page = await readTaskPage(db(), {}, { first: 2 });
    expect(page.edges.map(({ node }) => node.id)).toEqual([newest?.id, middle?.id]);
    await db().query({ text: 'DELETE FROM agents_tasks WHERE id = $1', values: [middle?.id] });
    const next = await readTaskPage(db(), {}, { first: 2, after: page.edges[1]?.cursor });
    expect(next.edges.map(({ node }) => node.id)).toEqual([oldest?.id]);
  });

  it('understand a cursor of the older system, which knows no walk', async () => {
    const [queued, old, young] = await plant([
      { startedAt: null, status: 'queued' },
      { startedAt: times[1] },
      { startedAt: times[3] },
    ]);
    const ids = async (after: string) =>
      (await readTaskPage(db(), {}, { after })).edges.map(({ node }) => node.id);
    expect(await ids(encodeCursor({ startedAt: times[3] ?? null, id: young?.id ?? 0 }))).toEqual([old?.id]);
    expect(await ids(encodeCursor({ startedAt: null, id: queued?.id ?? 0 }))).toEqual([young?.id, old?.id]);
  });

  it('take one statement each, which looks at both ends', async () => {
    await plant([{}, {}, {}]);
    const filter: TaskFilter = { statuses: ['succeeded', 'failed'] };
    const first = await readTaskPage(db(), filter, { first: 1 });
    const sent = db().statements();
    const second = await readTaskPage(db(), filter, { first: 1, after: first.edges[0]?.cursor });
    expect([await second.hasPreviousPage(), await second.hasNextPage()]).toEqual([true, true]);
    const back = await readTaskPage(db(), filter, { last: 1, before: second.edges[0]?.cursor });
    expect([await back.hasPreviousPage(), await back.hasNextPage()]).toEqual([false, true]);
    expect(db().statements() - sent).toBe(2);
  });

  it.each<[string, PageArguments]>([
    ['a negative first', { first: -1 }],
    ['a negative last', { last: -1 }],
    ['a first over 200', { first: 201 }],
    ['a last over 200', { last: 201 }],
    ['a first that is no whole number', { first: 1.5 }],
  ])('refuse %s', async (_, page) => {
    await expect(readTaskPage(db(), {}, page)).rejects.toThrow(InvalidInputError);
  });

  it('refuse a cursor that is none', async () => {
    await expect(readTaskPage(db(), {}, { after: 'x' })).rejects.toThrow(InvalidCursorError);
  });
});

function matches(task: Task, { statuses, tasks, runIds, since, until }: TaskFilter): boolean {
  if (statuses && !statuses.includes(task.status)) return false;
  if (tasks && !tasks.includes(task.task)) return false;
  if (runIds && !runIds.includes(task.runId)) return false;
  const started = task.startedAt === null ? undefined : Date.parse(task.startedAt);
  if (since && !(started !== undefined && started >= Date.parse(since))) return false;
  return !until || (started !== undefined && started < Date.parse(until));
}

function newestFirst(a: Task, b: Task): number {
  const time = (task: Task) =>
    task.startedAt === null ? Number.POSITIVE_INFINITY : Date.parse(task.startedAt);
  return time(a) === time(b) ? b.id - a.id : time(b) - time(a);
}

/** The algorithm of Relay's cursor connections, section 4.4, over a plain array. */
function cutLikeRelay(
  list: number[],
  { first, last, after, before }: { first?: number; last?: number; after?: number; before?: number },
) {
  let edges = list;
  const start = after === undefined ? 0 : list.indexOf(after) + 1;
  const end = before === undefined ? list.length : list.indexOf(before);
  edges = list.slice(start, Math.max(start, end));
  const available = edges.length;
  if (first !== undefined) edges = edges.slice(0, first);
  const taken = edges.length;
  if (last !== undefined) edges = edges.slice(Math.max(0, edges.length - last));
  const hasPreviousPage = last === undefined ? after !== undefined : taken > edges.length;
  const hasNextPage = first === undefined ? before !== undefined : available > taken;
  return { edges, hasNextPage, hasPreviousPage };
}
