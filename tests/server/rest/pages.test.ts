import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeOnEither } from '../../support/databases.ts';
import { empty, post, serve, type TaskJson, type TestServer } from '../serve.ts';

interface Page {
  items: TaskJson[];
  next_cursor: string | null;
}

describeOnEither('reading lists of tasks over REST', (database) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db());
  });
  beforeEach(() => empty(database.db()));

  const page = async (query: string) => (await server.send(`/agents/tasks/paged${query}`)).json<Page>();
  const idsOf = (tasks: TaskJson[]) => tasks.map(({ id }) => id);
  const day = (number: number) => `2025-01-${String(number).padStart(2, '0')}T00:00:00Z`;

  describe('GET /agents/tasks/', () => {
    it('is a bare array, newest first, with and without the trailing slash', async () => {
      for (const started_at of [day(1), null, day(3), day(3)]) await post(server, { started_at });
      const tasks = (await server.send('/agents/tasks/')).json<TaskJson[]>();
      expect(idsOf(tasks)).toEqual([2, 4, 3, 1]);
      expect((await server.send('/agents/tasks')).json()).toEqual(tasks);
    });

    it('filters by run and status; of a repeated field the last counts', async () => {
      await post(server, { run_id: 'a' });
      await post(server, { run_id: 'b', status: 'failed' });
      const list = async (query: string) =>
        idsOf((await server.send(`/agents/tasks/?${query}`)).json<TaskJson[]>());
      expect(await list('run_id=a')).toEqual([1]);
      expect(await list('run_id=a&run_id=b')).toEqual([2]);
      expect(await list('status=running')).toEqual([1]);
      expect(await list('run_id=a&status=failed')).toEqual([]);
      expect(await list('unknown=1&_=2')).toEqual([2, 1]);
    });

    it('gives 100 tasks by default and up to 1000', async () => {
      await database.db().query({
        text: `INSERT INTO agents_tasks (task, run_id, status, started_at)
          SELECT 'x', 'a', 'running', now() FROM generate_series(1, 1100)`,
      });
      const count = async (query: string) => (await server.send(`/agents/tasks/${query}`)).json<[]>().length;
      expect(await count('')).toBe(100);
      expect(await count('?limit=1000')).toBe(1000);
      expect(await count('?limit=1')).toBe(1);
    });
  });

  describe('GET /agents/tasks/paged', () => {
    it('searches for a text within a time, and goes on from where it stopped', async () => {
      await post(server, { task: 'seo.validate', started_at: day(3) });
      await post(server, { task: 'seo.check', run_id: 'SEO_run', started_at: day(2) });
      await post(server, { task: 'backup', started_at: day(2) });
      const found = async (query: string) => idsOf((await page(`?${query}`)).items);
      const period = `since=${day(1)}&until=${day(9)}`;
      expect(await found(`text=Seo&${period}`)).toEqual([1, 2]);
      expect(await found(`text=seo_&${period}`)).toEqual([2]);
      expect(await found(`text=seo&since=${day(1)}&until=${day(3)}`)).toEqual([2]);
      expect(await found('text=seo')).toEqual([]);
      expect((await server.send(`/agents/tasks/paged.csv?text=backup&${period}&columns=id`)).text).toBe(
        'id\r\n3\r\n',
      );
      for (const query of ['text=x', 'text=seo&since=2001-01-01T00:00:00Z', `text=${'x'.repeat(101)}`])
        expect((await server.send(`/agents/tasks/paged?${query}`)).status, query).toBe(422);

      await database.db().query({
        text: `INSERT INTO agents_tasks (task, run_id, status, started_at)
          SELECT 'many', 'a', 'succeeded', '2025-01-05T00:00:00Z' FROM generate_series(1, 20000)`,
      });
      const first = await page(`?text=backup&${period}`);
      expect(first).toEqual({ items: [], next_cursor: expect.any(String) });
      const second = await page(`?text=backup&${period}&cursor=${first.next_cursor}`);
      expect([idsOf(second.items), second.next_cursor]).toEqual([[3], null]);
    });

    it('walks to the end, each task once', async () => {
      for (const started_at of [day(1), null, day(3), day(3), null, day(2)])
        await post(server, { started_at });
      const seen: number[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const read: Page = await page(`?limit=2&cursor=${cursor}`);
        seen.push(...idsOf(read.items));
        cursor = read.next_cursor;
      }
      expect(seen).toEqual([5, 2, 4, 3, 6, 1]);
    });

    it('gives a cursor of started_at and id, which may lose its padding and outlives its row', async () => {
      for (const number of [1, 2, 3]) await post(server, { started_at: day(number) });
      const { next_cursor } = await page('?limit=2');
      expect(JSON.parse(Buffer.from(next_cursor ?? '', 'base64url').toString())).toMatchObject({
        started_at: day(2),
        id: 2,
      });
      await database.db().query({ text: 'DELETE FROM agents_tasks WHERE id = 2' });
      for (const padding of ['', '=', '==', '%3D%3D']) {
        expect(idsOf((await page(`?cursor=${next_cursor}${padding}`)).items)).toEqual([1]);
      }
    });

    it('ends with a null cursor also when the last page is full', async () => {
      for (const number of [1, 2]) await post(server, { started_at: day(number) });
      expect((await page('?limit=2')).next_cursor).toBeNull();
    });

    it('filters by several statuses, tasks and runs, and since a time inclusively', async () => {
      await post(server, { started_at: day(1), task: 'a', run_id: 'x' });
      await post(server, { started_at: day(2), task: 'b', run_id: 'y', status: 'failed' });
      await post(server, { started_at: day(3), task: 'c', run_id: 'z', status: 'skipped' });
      const ids = async (query: string) => idsOf((await page(`?${query}`)).items);
      expect(await ids('status=failed&status=skipped')).toEqual([3, 2]);
      expect(await ids('task=a&task=b')).toEqual([2, 1]);
      expect(await ids('run_id=x&run_id=z')).toEqual([3, 1]);
      expect(await ids(`since=${day(2)}`)).toEqual([3, 2]);
      expect(await ids('since=2025-01-02T02:00:00%2B02:00')).toEqual([3, 2]);
      expect(await ids('since=2025-01-02T02:00:00+02:00')).toEqual([3, 2]);
      expect(await ids('since=2025-01-02')).toEqual([3, 2]);
      expect(await ids('task=a&status=failed')).toEqual([]);
    });

    it.each(['x', '%00', 'eyJ', '!!!!', 'bnVsbA', 'W10', Buffer.from('{"id":"1"}').toString('base64url')])(
      'answers 400 “Invalid cursor” to %s',
      async (cursor) => {
        const answer = await server.send(`/agents/tasks/paged?cursor=${cursor}`);
        expect([answer.status, answer.json()]).toEqual([400, { detail: 'Invalid cursor' }]);
      },
    );
  });

  const refused: [string, string][] = [
    ['/agents/tasks/?limit=0', 'limit'],
    ['/agents/tasks/?limit=1001', 'limit'],
    ['/agents/tasks/paged?limit=201', 'limit'],
    ['/agents/tasks/paged?limit=-1', 'limit'],
    ['/agents/tasks/paged?limit=1e2', 'limit'],
    ['/agents/tasks/paged?limit=5&limit=x', 'limit'],
    ['/agents/tasks/paged?since=monday', 'since'],
    ['/agents/tasks/paged?task=a%00b', 'task'],
    ['/agents/tasks/paged.csv?limit=10001', 'limit'],
    ['/agents/tasks/paged.csv?columns=secret', 'columns'],
  ];
  it.each(refused)('answers 422 to %s and names the field', async (path, field) => {
    const answer = await server.send(path);
    expect(answer.status).toBe(422);
    const { detail } = answer.json<{ detail: { loc: string[] }[] }>();
    expect(detail[0]?.loc.slice(0, 2)).toEqual(['query', field]);
  });

  it.each([
    '?status=',
    '?task=',
    '?run_id=',
    '?since=',
    '?limit=',
    '?cursor=',
    '?status=&status=',
    '?status=&task=&run_id=&since=&limit=&cursor=',
  ])('counts what is empty in %s as absent', async (query) => {
    await post(server, { task: 'here' });
    const all = (await page('')).items;
    expect(all.length).toBeGreaterThan(0);
    expect((await page(query)).items).toEqual(all);
    const legacy = await server.send(`/agents/tasks/${query}`);
    expect([legacy.status, legacy.json<object[]>().length]).toEqual([200, all.length]);
    expect((await server.send(`/agents/tasks/paged.csv${query}&columns=`)).status).toBe(200);
  });

  it.each(['status=done', `task=${'x'.repeat(65)}`, `run_id=${'x'.repeat(65)}`, 'status=done&status=gone'])(
    'finds nothing with a filter that nothing can have, %s, as old pages and bookmarks may send it',
    async (query) => {
      await post(server, { task: 'here' });
      expect((await page(`?${query}`)).items).toEqual([]);
      const csv = await server.send(`/agents/tasks/paged.csv?${query}`);
      expect([csv.status, csv.text.trim().split('\n')]).toEqual([200, [expect.stringContaining('id,task')]]);
    },
  );

  it.each(['status=done', `run_id=${'x'.repeat(65)}`])(
    'finds nothing so in the older list either, %s',
    async (query) => {
      await post(server, { task: 'here' });
      const legacy = await server.send(`/agents/tasks/?${query}`);
      expect([legacy.status, legacy.json<object[]>()]).toEqual([200, []]);
    },
  );

  it('finds what it can with a filter that knows some of its values', async () => {
    await post(server, { task: 'here', status: 'failed' });
    expect((await page('?status=failed&status=done')).items.length).toBeGreaterThan(0);
  });

  it('accepts percent-encoded characters, malformed ones included', async () => {
    await post(server, { task: 'größe' });
    expect((await page('?task=gr%C3%B6%C3%9Fe')).items).toHaveLength(1);
    expect((await page('?task=%C3%28')).items).toEqual([]);
    expect((await page('?task=%')).items).toEqual([]);
  });
});
