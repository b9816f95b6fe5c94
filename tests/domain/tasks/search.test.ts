import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../domain/input/errors.ts';
import { csvIsTruncated, openTaskCsv } from '../../../domain/tasks/csv.ts';
import { type TaskFilter, taskFilter } from '../../../domain/tasks/input.ts';
import { countTasks, readTaskPage } from '../../../domain/tasks/page.ts';
import { buildPage, buildWindowEnd } from '../../../domain/tasks/pageSql.ts';
import { boundSearch, patternOf } from '../../../domain/tasks/search.ts';
import { describeOnBoth, useDatabase } from '../../support/databases.ts';

const end = '2025-03-01T00:00:00Z';
const range = { since: '2025-02-01T00:00:00Z', until: end };

describeOnBoth('A search for text in tasks', (database) => {
  const sql = (text: string, ...values: unknown[]) => database.db().query<{ id: number }>({ text, values });
  const found = async (text: string, more: TaskFilter = {}) => {
    const { edges } = await readTaskPage(database.db(), { ...range, text, ...more }, {});
    return edges.map(({ node }) => node.task);
  };
  const csv = async (filter: TaskFilter, limit: number) => {
    const { rows, truncated } = await openTaskCsv(database.db(), filter, limit, ['task']);
    let text = '';
    for await (const chunk of rows) text += chunk;
    return { tasks: text.trim().split(/\r?\n/).slice(1), truncated };
  };

  beforeAll(async () => {
    const rows: [string, string, string | null, string | null, string | null, string | null][] = [
      ['in.Step', 'r1', null, null, null, null],
      ['by.run', 'Nightly-Step-Run', null, null, null, null],
      ['by.reason', 'r1', 'Kein Speicherplatz: ÄRGER am Fluß', null, null, null],
      ['by.note', 'r1', null, 'Один из Тестов\nsecond line 100%', null, null],
      ['by.link', 'r1', null, null, 'https://example.org/a_b/100%25', null],
      ['by.excerpt', 'r1', null, null, null, 'only in the excerpt'],
      ['odd', 'r1', 'a.*+?^{}$()|[]\\b \'"; DROP', null, null, null],
    ];
    for (const [index, [task, run, reason, note, link, excerpt]] of rows.entries())
      await sql(
        `INSERT INTO agents_tasks (task, run_id, status, started_at, reason, approval_note, outputs_uri, log_excerpt)
         VALUES ($1, $2, 'failed', $3, $4, $5, $6, $7)`,
        task,
        run,
        new Date(Date.UTC(2025, 1, 20) - index * 60_000).toISOString(),
        reason,
        note,
        link,
        excerpt,
      );
    await sql(`INSERT INTO agents_tasks (task, run_id, status) VALUES ('unstarted.step', 'r1', 'queued')`);
    await sql(
      `INSERT INTO agents_tasks (task, run_id, status, started_at) VALUES ('old.step', 'r1', 'failed', '2024-12-01')`,
    );
  });

  it('looks at the step, the run, the reason, the note and the link, and not at the excerpt', async () => {
    expect(await found('step')).toEqual(['in.Step', 'by.run']);
    expect(await found('SPEICHERPLATZ')).toEqual(['by.reason']);
    expect(await found('second line')).toEqual(['by.note']);
    expect(await found('example.org')).toEqual(['by.link']);
    expect(await found('only in the excerpt')).toEqual([]);
  });

  it('finds letters of any alphabet in either case, whatever the locale of the database', async () => {
    expect(await found('ärger')).toEqual(['by.reason']);
    expect(await found('ÄRGER AM FLUß')).toEqual(['by.reason']);
    expect(await found('ИЗ тЕСТОВ')).toEqual(['by.note']);
  });

  it('takes every character as it stands', async () => {
    expect(await found('a_b')).toEqual(['by.link']);
    expect(await found('in_step')).toEqual([]);
    expect(await found('100%')).toEqual(['by.note', 'by.link']);
    expect(await found('i%p')).toEqual([]);
    expect(await found('..')).toEqual([]);
    expect(await found('a.*+?^{}$()|[]\\B \'"; drop')).toEqual(['odd']);
  });

  it('finds in a text each part of it, and in another none that it does not hold', async () => {
    const character = fc.oneof(
      fc.constantFrom(...'aB.*\\[]()^$|?+{}%_-é中ЖıİſßÅ🙂 '),
      fc.string({ minLength: 1, maxLength: 1 }),
    );
    const line = fc
      .array(character, { minLength: 2, maxLength: 12 })
      .map((list) => list.join(''))
      .filter((text) => taskFilter.safeParse({ text }).success);
    await fc.assert(
      fc.asyncProperty(line, line, async (held, other) => {
        const [row] = await database.db().query<{ finds: boolean; other: boolean }>({
          text: `SELECT ($1::text COLLATE "C") ~ $2 AS finds, ($1::text COLLATE "C") ~ $3 AS other`,
          values: [
            `before ${held} after`,
            patternOf(held.toUpperCase().length === held.length ? held.toUpperCase() : held),
            patternOf(other),
          ],
        });
        // Capital İ is no capital of a single letter, so that it is its own only form.
        expect(row?.finds || held.toUpperCase().toLowerCase() !== held.toLowerCase(), held).toBe(true);
        if (
          !`before ${held} after`.toLowerCase().includes(other.toLowerCase()) &&
          /^[ -~]*$/.test(held + other)
        )
          expect(row?.other, `${other} in ${held}`).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('joins other filters, counts, and is exported', async () => {
    expect(await found('step', { runIds: ['r1'] })).toEqual(['in.Step']);
    expect(await found('step', { statuses: ['succeeded', 'running'] })).toEqual([]);
    expect(await countTasks(database.db(), { ...range, text: 'by.' })).toBe(5);
    expect(await csv({ ...range, text: '100%' }, 10)).toEqual({
      tasks: ['by.note', 'by.link'],
      truncated: false,
    });
    expect(await csv({ ...range, text: '100%' }, 1)).toEqual({ tasks: ['by.note'], truncated: true });
    expect(await csvIsTruncated(database.db(), { ...range, text: '100%' }, 1)).toBe(true);
  });
});

describe('The range of a search', () => {
  it('is the thirty days before its end, from the beginning of a day, and at most a year', () => {
    expect(boundSearch({ text: 'ab', until: '2025-03-01T12:00:00Z' }).since).toBe('2025-01-30T00:00:00.000Z');
    const soon = Date.now() - Date.parse(boundSearch({ text: 'ab' }).since ?? '');
    expect(soon / 86_400_000).toBeGreaterThanOrEqual(30);
    expect(soon / 86_400_000).toBeLessThan(31);
    expect(boundSearch({}).since).toBeUndefined();
    expect(boundSearch({ text: 'ab', since: '2024-03-01T00:00:00Z', until: end }).since).toBe(
      '2024-03-01T00:00:00Z',
    );
    expect(() => boundSearch({ text: 'ab', since: '2024-02-01T00:00:00Z', until: end })).toThrow(
      InvalidInputError,
    );
  });

  it('begins with the first day that there is where 30 days before would be earlier', () => {
    const bound = boundSearch({ text: 'ab', until: '0001-01-02T00:00:00Z' });
    expect(bound.since).toBe('0001-01-01T00:00:00.000Z');
  });

  it('takes a text of 2 to 100 characters in one line', () => {
    for (const text of ['a', '', 'a\nb', 'a\0b', 'x'.repeat(101), '\ud800a'])
      expect(taskFilter.safeParse({ text }).success, JSON.stringify(text)).toBe(false);
    for (const text of ['ab', '夜間', 'x'.repeat(100)])
      expect(taskFilter.safeParse({ text }).success).toBe(true);
  });
});

describe('A search that finds little in much', () => {
  const database = useDatabase('postgres');
  const count = 50_000;
  beforeAll(async () => {
    await database.db().query({
      text: `INSERT INTO agents_tasks (task, run_id, status, started_at, reason)
        SELECT 't' || n % 7, 'run-' || n % 50, CASE WHEN n % 1000 = 0 THEN 'failed' ELSE 'succeeded' END,
          '2025-02-28T00:00:00Z'::timestamptz - (n / 3) * interval '10 seconds', CASE WHEN n % 20000 = 15000 THEN 'needle' END
        FROM generate_series(0, $1::int - 1) n`,
      values: [count],
    });
    await database.db().query({ text: 'ANALYZE' });
  });
  const filter: TaskFilter = { ...range, text: 'NEEDLE' };

  it('is walked to its end either way, each page over no more than 20,000 tasks, and finds each once', async () => {
    for (const backward of [false, true]) {
      const sizes: number[] = [];
      for (let cursor: string | undefined, more = true; more; ) {
        const page = backward ? { last: 10, before: cursor } : { first: 10, after: cursor };
        const { edges, hasNextPage, hasPreviousPage, reach } = await readTaskPage(
          database.db(),
          filter,
          page,
        );
        sizes.push(edges.length);
        more = await (backward ? hasPreviousPage() : hasNextPage());
        cursor = backward ? reach?.start : reach?.end;
        expect(more).toBe(cursor !== undefined);
      }
      expect(sizes).toHaveLength(3);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(2);
    }
  });

  it('goes on where a page that was full ends', async () => {
    const wide = { ...filter, text: 'run-7' };
    const ids: number[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const { edges, hasNextPage, reach } = await readTaskPage(database.db(), wide, { first: 200, after });
      ids.push(...edges.map(({ node }) => node.id));
      more = await hasNextPage();
      after = reach?.end ?? edges.at(-1)?.cursor;
    }
    expect(ids).toHaveLength(count / 50);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('sees a task once that starts anew while it is walked', async () => {
    const first = await readTaskPage(database.db(), filter, { first: 10 });
    expect(await first.hasNextPage()).toBe(true);
    const seen = first.edges.map(({ node }) => node.id);
    await database.db().query({
      text: `UPDATE agents_tasks SET started_at = started_at + interval '1 hour' WHERE reason = 'needle'`,
    });
    for (let after = first.reach?.end, more = true; more; ) {
      const { edges, hasNextPage, reach } = await readTaskPage(database.db(), filter, { first: 10, after });
      seen.push(...edges.map(({ node }) => node.id));
      more = await hasNextPage();
      after = reach?.end;
    }
    expect(seen).toHaveLength(2);
    expect(new Set(seen).size).toBe(2);
  });

  it('needs one page where a filter leaves little to look at', async () => {
    const { reach } = await readTaskPage(database.db(), { ...filter, statuses: ['failed'] }, { first: 10 });
    expect(reach).toBeUndefined();
    const several = await readTaskPage(database.db(), { ...filter, tasks: ['t1', 't2'] }, { first: 10 });
    expect(several.reach).toBeUndefined();
  });

  it('reads no more than its part of the table', async () => {
    const read = async ({ text, values }: { text: string; values: unknown[] }) => {
      const [row] = await database.db().query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>({
        text: `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
        values,
      });
      const plan = row?.['QUERY PLAN'][0].Plan;
      return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
    };
    const [size] = await database.db().query<{ pages: number }>({
      text: `SELECT (pg_relation_size('agents_tasks') / 8192)::int AS pages`,
    });
    const window = buildWindowEnd(filter, {}, false, 1000);
    expect(await read(window)).toBeLessThan((size?.pages ?? 0) / 2);
    const [last] = await database.db().query<{ startedAt: string; id: number }>(window);
    if (!last) throw new Error('There are fewer tasks than that.');
    const page = buildPage(filter, { before: last, limit: 51, backward: false });
    expect(await read(page)).toBeLessThan((size?.pages ?? 0) / 2);
  });
});
