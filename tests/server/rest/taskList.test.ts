import { beforeAll, beforeEach, expect, it } from 'vitest';
import { readTaskPage } from '../../../domain/tasks/page.ts';
import { findTasks } from '../../../domain/tasks/read.ts';
import type { Task } from '../../../domain/tasks/task.ts';
import { writeTask } from '../../../server/rest/taskJson.ts';
import { describeOnEither } from '../../support/databases.ts';
import { type Answer, empty, serve, type TestServer } from '../serve.ts';

describeOnEither('GET /agents/tasks/ of many tasks', (database) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db());
  });
  beforeEach(() => empty(database.db()));

  const fill = (count: number, excerptLength: number) =>
    database.db().query({
      text: `INSERT INTO agents_tasks (task, run_id, status, started_at, log_excerpt)
        SELECT 't' || n, 'r', CASE n % 3 WHEN 0 THEN 'queued' ELSE 'running' END,
          CASE n % 3 WHEN 0 THEN NULL ELSE timestamptz '2025-01-15' + (n % 50) * interval '1 s' END, repeat('é', ${excerptLength})
        FROM generate_series(1, ${count}) n`,
    });

  /** The list as one statement gives it. */
  async function whole(limit: number, statuses?: ['running']): Promise<string> {
    const { edges } = await readTaskPage(database.db(), { statuses }, { first: limit }, { max: 1000 });
    const tasks = await findTasks(
      database.db(),
      edges.map(({ node }) => node.id),
    );
    return `[${tasks.map((task) => writeTask(task as Task)).join(',')}]`;
  }

  it.each([
    [1200, 10],
    [160, 30_000],
  ])(
    'is the same bare array, newest first, of %i rows with excerpts of %i characters',
    async (count, length) => {
      await fill(count, length);
      for (const limit of [1, 100, 101, 150, 1000]) {
        const answer = await server.send(`/agents/tasks/?limit=${limit}`);
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
        expect(answer.text === (await whole(limit)), `limit ${limit}`).toBe(true);
      }
      const filtered = await server.send('/agents/tasks/?limit=1000&status=running&run_id=r');
      expect(filtered.text === (await whole(1000, ['running']))).toBe(true);
    },
  );

  it('pages the same, whatever the size of its rows, with the cursor of the last one', async () => {
    await fill(250, 30_000);
    const read = (query: string) => server.send(`/agents/tasks/paged?${query}`);
    const all = JSON.parse(await whole(250)) as { id: number }[];
    for (const limit of [1, 50, 200]) {
      const ids: number[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const answer: Answer = await read(`limit=${limit}&cursor=${cursor}`);
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
        const page = answer.json<{ items: { id: number }[]; next_cursor: string | null }>();
        if (page.next_cursor !== null) expect(page.items).toHaveLength(limit);
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(ids).toEqual(all.map(({ id }) => id));
    }
  });

  it('reads small rows with one statement, and large ones in portions', async () => {
    const statements = async (path: string) => {
      const before = database.db().statements();
      await server.send(path);
      return database.db().statements() - before;
    };
    await fill(201, 10);
    for (const path of ['/agents/tasks/?limit=200', '/agents/tasks/paged?limit=200'])
      expect(await statements(path)).toBe(1);
    await empty(database.db());
    await fill(80, 2049);
    for (const path of ['/agents/tasks/?limit=80', '/agents/tasks/paged?limit=80'])
      expect(await statements(path)).toBe(2);
    await empty(database.db());
    // Of 60 KB each, nine rows are over 512 KB.
    await fill(80, 30_000);
    for (const path of ['/agents/tasks/?limit=80', '/agents/tasks/paged?limit=80'])
      expect(await statements(path)).toBe(11);
  });

  it('is empty when there are none, and ends with the last one there is', async () => {
    expect((await server.send('/agents/tasks/?limit=1000')).text).toBe('[]');
    await fill(101, 1);
    expect((await server.send('/agents/tasks/?limit=1000')).json<unknown[]>()).toHaveLength(101);
    const head = await server.send('/agents/tasks/?limit=1000', { method: 'HEAD' });
    expect([head.status, head.text, head.headers['content-type']]).toEqual([
      200,
      '',
      'application/json; charset=utf-8',
    ]);
  });
});
