import { beforeAll, beforeEach, expect, it } from 'vitest';
import { readTaskPage } from '../../../domain/tasks/page.ts';
import { writeTask } from '../../../server/rest/taskJson.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { empty, serve, type TestServer } from '../serve.ts';

describeOnBoth('GET /agents/tasks/ of many tasks', (database) => {
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
    return `[${edges.map(({ node }) => writeTask(node)).join(',')}]`;
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
