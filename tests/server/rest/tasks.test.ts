import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeOnEither } from '../../support/databases.ts';
import { empty, post, serve, type TaskJson, type TestServer } from '../serve.ts';

const keys = [
  'id',
  'task',
  'run_id',
  'status',
  'started_at',
  'finished_at',
  'duration_ms',
  'inputs',
  'outputs_uri',
  'log_excerpt',
  'approval_state',
  'approver',
  'approval_note',
  'webhook_notified_at',
];
const valid = { task: 'seo.validate', run_id: 'nightly-1', status: 'running' };

describeOnEither('creating, updating and reading tasks over REST', (database) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db());
  });
  beforeEach(() => empty(database.db()));

  const create = (json: unknown, headers?: Record<string, string>) =>
    server.send('/agents/tasks/', { method: 'POST', json, headers });
  const patch = (id: number, json: unknown) => server.send(`/agents/tasks/${id}`, { method: 'PATCH', json });

  describe('POST /agents/tasks/', () => {
    it('answers 201 with every key of the task in order, and starts it now', async () => {
      const before = Date.now();
      const answer = await create(valid);
      expect(answer.status).toBe(201);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      const task = answer.json<TaskJson>();
      expect(Object.keys(task)).toEqual(keys);
      expect(task).toMatchObject({ id: 1, ...valid, finished_at: null, inputs: null, approval_state: null });
      expect(task.started_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
      expect(Math.abs(Date.parse(task.started_at ?? '') - before)).toBeLessThan(60_000);
    });

    it('keeps every field, and reads times with Z, with an offset and without', async () => {
      const sent = {
        ...valid,
        started_at: '2025-01-15T03:30:00+01:00',
        finished_at: '2025-01-15T02:35:00.250',
        duration_ms: 300_250,
        inputs: { flags: ['--strict'], nested: { b: 1, a: [null, true, 1.5] } },
        outputs_uri: 'https://github.com/user/repo/pull/1',
        log_excerpt: 'first\nlast "quoted" \\ ünï 🦉',
      };
      const stored = {
        ...sent,
        started_at: '2025-01-15T02:30:00Z',
        finished_at: '2025-01-15T02:35:00.250Z',
      };
      expect((await create(sent)).json()).toMatchObject(stored);
      expect((await server.send('/agents/tasks/1')).json()).toMatchObject(stored);
    });

    it('takes null for what is optional, and an explicit null start for not started', async () => {
      const nulls = {
        started_at: null,
        finished_at: null,
        duration_ms: null,
        inputs: null,
        log_excerpt: null,
      };
      expect((await create({ ...valid, ...nulls })).json()).toMatchObject({ ...valid, ...nulls });
    });

    it('makes a task that awaits approval pending, and none decided', async () => {
      const asking = {
        ...valid,
        status: 'awaiting_approval',
        approval_state: 'approved',
        approver: 'mallory',
      };
      expect((await create(asking)).json()).toMatchObject({ approval_state: 'pending', approver: null });
      const finished = { ...valid, status: 'succeeded', approval_state: 'approved', unknown: 1, id: 77 };
      expect((await create(finished)).json()).toMatchObject({ id: 2, approval_state: null });
    });

    it('accepts a log of 1 MB with emoji, and mends what text cannot hold', async () => {
      const log = '🦉'.repeat(256 * 1024);
      const kept = (await create({ ...valid, log_excerpt: log })).json<TaskJson>().log_excerpt ?? '';
      expect(kept).toMatch(/^🦉.*🦉$/su);
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(64 * 1024);
      expect(kept.isWellFormed()).toBe(true);
      const odd = await create({ ...valid, log_excerpt: 'a\0b\ud800c' });
      expect(odd.json<TaskJson>().log_excerpt).toBe('ab\ufffdc');
    });

    const refused: [string, Record<string, unknown>, string][] = [
      ['an empty task', { task: '' }, 'task'],
      ['a task of 65 characters', { task: 'x'.repeat(65) }, 'task'],
      ['a task with NUL', { task: 'a\0b' }, 'task'],
      ['a task with a lone surrogate', { task: '\ud800' }, 'task'],
      ['a task that is a number', { task: 1 }, 'task'],
      ['no run_id', { run_id: undefined }, 'run_id'],
      ['an empty run_id', { run_id: '' }, 'run_id'],
      ['an unknown status', { status: 'done' }, 'status'],
      ['a time that is none', { started_at: 'yesterday' }, 'started_at'],
      ['a day that does not exist', { finished_at: '2025-02-30' }, 'finished_at'],
      ['a negative duration', { duration_ms: -1 }, 'duration_ms'],
      ['a duration past 32 bits', { duration_ms: 2 ** 31 }, 'duration_ms'],
      ['inputs that are no object', { inputs: [1] }, 'inputs'],
      ['inputs with NUL', { inputs: { a: '\0' } }, 'inputs'],
      ['a link of 513 characters', { outputs_uri: `https://a/${'x'.repeat(503)}` }, 'outputs_uri'],
      ['a log that is no text', { log_excerpt: 5 }, 'log_excerpt'],
    ];
    it.each(refused)('refuses %s with 422 and says where', async (_title, change, field) => {
      const answer = await create({ ...valid, ...change });
      expect(answer.status).toBe(422);
      const { detail } = answer.json<{ detail: { loc: string[]; msg: string; type: string }[] }>();
      expect(detail[0]?.loc.slice(0, 2)).toEqual(['body', field]);
      expect(detail[0]).toEqual({
        loc: expect.anything(),
        msg: expect.any(String),
        type: expect.any(String),
      });
      expect((await server.send('/agents/tasks/')).json()).toEqual([]);
    });

    it('says all faults of a body at once', async () => {
      const { detail } = (await create({})).json<{ detail: { loc: string[]; type: string }[] }>();
      expect(detail.map(({ loc, type }) => [loc.join('.'), type])).toEqual([
        ['body.task', 'missing'],
        ['body.run_id', 'missing'],
        ['body.status', expect.any(String)],
      ]);
    });
  });

  describe('an Idempotency-Key', () => {
    it('gives the first answer again and makes nothing', async () => {
      const key = { 'idempotency-key': 'night 1' };
      const first = await create({ ...valid, inputs: { a: 1, b: 2 } }, key);
      await patch(1, { status: 'failed' });
      const again = await create({ inputs: { b: 2, a: 1 }, ...valid }, key);
      expect(first.headers).not.toHaveProperty('idempotent-replayed');
      expect(again.headers['idempotent-replayed']).toBe('true');
      expect([again.status, again.text]).toEqual([201, first.text]);
      expect((await server.send('/agents/tasks/')).json()).toHaveLength(1);
    });

    it('makes one task of ten requests at once', async () => {
      const sent = Array.from({ length: 10 }, () => create(valid, { 'idempotency-key': 'k' }));
      const ids = (await Promise.all(sent)).map((answer) => answer.json<TaskJson>().id);
      expect(new Set(ids).size).toBe(1);
    });

    it('is refused with another body, when it is empty, and when it is too long', async () => {
      await create(valid, { 'idempotency-key': 'k' });
      const other = await create({ ...valid, task: 'other' }, { 'idempotency-key': 'k' });
      const long = await create(valid, { 'idempotency-key': 'k'.repeat(256) });
      for (const answer of [other, long]) {
        expect(answer.status).toBe(422);
        expect(answer.text).toContain('"header"');
      }
      expect((await server.send('/agents/tasks/')).json()).toHaveLength(1);
    });
  });

  describe('PATCH /agents/tasks/{id}', () => {
    it('changes what is sent alone; null clears, an empty object changes nothing', async () => {
      const task = await post(server, { log_excerpt: 'log', duration_ms: 5 });
      expect((await patch(1, {})).json()).toEqual(task);
      expect((await patch(1, { unknown: 1 })).json()).toEqual(task);
      expect((await patch(1, { log_excerpt: null })).json()).toEqual({ ...task, log_excerpt: null });
      const notified = { webhook_notified_at: '2025-01-15T02:40:00Z' };
      expect((await patch(1, notified)).json()).toEqual({ ...task, log_excerpt: null, ...notified });
    });

    it('cannot change names, runs and inputs', async () => {
      const task = await post(server);
      const sent = { task: 'x', run_id: 'x', inputs: {}, id: 9, webhook_error: 'x' };
      expect((await patch(1, sent)).json()).toEqual(task);
    });

    it('answers 409 for a move that the status table does not know, and changes nothing', async () => {
      const done = await post(server, { status: 'succeeded' });
      const answer = await patch(1, { status: 'running', log_excerpt: 'x' });
      expect(answer.status).toBe(409);
      expect(answer.json().detail).toContain('succeeded');
      expect((await server.send('/agents/tasks/1')).json()).toEqual(done);
    });

    it('answers 422 for a wrong field and changes nothing', async () => {
      const task = await post(server);
      const answer = await patch(1, { log_excerpt: 'x', duration_ms: 'long' });
      expect(answer.status).toBe(422);
      expect((await server.send('/agents/tasks/1')).json()).toEqual(task);
    });

    it('answers 404 for a task that does not exist', async () => {
      expect((await patch(1, { status: 'failed' })).status).toBe(404);
      expect((await patch(1, {})).status).toBe(404);
      expect((await patch(99_999_999_999, {})).status).toBe(404);
    });
  });

  describe('GET /agents/tasks/{id}', () => {
    it('answers the task with and without a trailing slash, and to HEAD its headers alone', async () => {
      const task = await post(server);
      expect((await server.send('/agents/tasks/1')).json()).toEqual(task);
      expect((await server.send('/agents/tasks/1/')).json()).toEqual(task);
      const head = await server.send('/agents/tasks/1', { method: 'HEAD' });
      expect([head.status, head.text]).toEqual([200, '']);
    });

    it.each(['0', '7', '-1', '2147483648', '99999999999999999999999'])('answers 404 for %s', async (id) => {
      expect((await server.send(`/agents/tasks/${id}`)).status).toBe(404);
    });

    it.each(['x', '1.5', '1e1', '%00', '0x1', 'before'])('answers 422 for %s', async (id) => {
      const answer = await server.send(`/agents/tasks/${id}`);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('["path","id"]');
    });
  });
});
