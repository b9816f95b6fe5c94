import { beforeAll, beforeEach, expect, it } from 'vitest';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { empty, post, serve, type TaskJson, type TestServer } from '../serve.ts';

const key = 'a-key-of-sixteen-characters';

interface RunJson {
  run_id: string;
  counts: Record<string, number>;
}

describeOnEither('Runs over REST', (database) => {
  let open: TestServer;
  let keyed: TestServer;
  let proxied: TestServer;
  beforeAll(async () => {
    open = await serve(database.db());
    keyed = await serve(database.db(), { adminApiKey: key });
    proxied = await serve(database.db(), { host: '0.0.0.0', adminApiKey: key, trustedProxy: ['127.0.0.1'] });
  });
  beforeEach(async () => {
    await empty(database.db());
    const steps = [{ task: 'a' }, { task: 'b', needs: ['a'] }];
    await registerPlan(database.db(), everything, planDefinition.parse({ name: 'night', steps }));
  });

  const start = (json: object = {}, headers: Record<string, string> = {}) =>
    open.send('/agents/runs', { method: 'POST', json: { plan: 'night', ...json }, headers });
  const steer = (path: string, json?: object) => open.send(path, { method: 'POST', json });
  const tasksOf = async (runId: string) =>
    (await open.send(`/agents/tasks/?run_id=${runId}`)).json<TaskJson[]>();

  it('start with the id of the day, and are read by it', async () => {
    const answer = await start({ inputs: { branch: 'main' } });
    expect(answer.status).toBe(201);
    const run = answer.json<RunJson>();
    expect(run).toMatchObject({
      plan: 'night',
      started_by: 'local',
      inputs: { branch: 'main' },
      finished_at: null,
    });
    expect(run.run_id).toMatch(/^night-\d{4}-\d\d-\d\d$/);
    expect(run.counts).toMatchObject({ queued: 2, running: 0 });
    for (const path of [`/agents/runs/${run.run_id}`, `/agents/runs/${run.run_id}/`])
      expect((await open.send(path)).json()).toEqual(run);
    expect((await start()).json<RunJson>().run_id).toBe(`${run.run_id}-2`);
  });

  it('say of each task of a list and of a page what it waits for, where that is asked for', async () => {
    const { run_id } = (await start()).json<RunJson>();
    const needs = { kind: 'need', needs: ['a'], holder_id: null };
    const [b, a] = (await open.send(`/agents/tasks/?run_id=${run_id}&include=waiting_for`)).json<
      TaskJson[]
    >();
    expect(b).toMatchObject({ task: 'b', waiting_for: needs });
    expect(a).toMatchObject({ task: 'a', waiting_for: { kind: 'no_worker' } });
    const page = await open.send(`/agents/tasks/paged?run_id=${run_id}&include=waiting_for&limit=1`);
    expect(page.json()).toMatchObject({ items: [{ task: 'b', waiting_for: needs }] });
    expect(b).toEqual((await open.send(`/agents/tasks/${b?.id}?include=waiting_for`)).json());
    for (const path of ['', 'paged']) {
      expect((await open.send(`/agents/tasks/${path}?run_id=${run_id}`)).text).not.toContain('waiting_for');
      const refused = await open.send(`/agents/tasks/${path}?include=approval`);
      expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('waiting_for')]);
    }
  });

  it('are listed a page at a time, newest first, each once and without its inputs', async () => {
    for (const run_id of ['r1', 'r2', 'r3', 'r4', 'r5']) await start({ run_id, inputs: { large: true } });
    const seen: RunJson[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/agents/runs?limit=2&cursor=${cursor}`;
      const page = (await open.send(path)).json<{ items: RunJson[]; next_cursor: string | null }>();
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items);
      cursor = page.next_cursor;
    }
    expect(seen.map(({ run_id }) => run_id)).toEqual(['r5', 'r4', 'r3', 'r2', 'r1']);
    const { inputs: _inputs, ...whole } = (await open.send('/agents/runs/r5')).json<
      RunJson & { inputs: unknown }
    >();
    expect(seen[0]).toEqual(whole);
    expect((await open.send('/agents/runs/')).json()).toMatchObject({ next_cursor: null });
  });

  it('are listed to those who may read, and a wrong size or cursor is refused', async () => {
    const wrong = await open.send('/agents/runs?cursor=nonsense');
    expect([wrong.status, wrong.json()]).toEqual([400, { detail: 'Invalid cursor' }]);
    expect((await open.send('/agents/runs?limit=201')).status).toBe(422);
    expect((await open.send('/agents/runs?limit=')).json()).toEqual({ items: [], next_cursor: null });
    expect((await proxied.send('/agents/runs')).status).toBe(401);
  });

  it('start with the project before the name where several have a plan of it', async () => {
    const definition = planDefinition.parse({ name: 'shared', steps: [{ task: 'a' }] });
    for (const project of ['acme/site', 'acme/docs'])
      await registerPlan(database.db(), everything, definition, 'graphql', { project, isGuessed: false });
    const refused = await start({ plan: 'shared' });
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('acme/docs:shared')]);
    const started = await start({ plan: 'acme/docs:shared' });
    expect(started.json()).toMatchObject({ plan: 'shared', run_id: expect.stringMatching(/^docs-shared-/) });
  });

  it('start once for one run id, and refuse it to another request', async () => {
    const statuses = await Promise.all(Array.from({ length: 10 }, () => start({ run_id: 'mine' })));
    expect(statuses.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 201]);
    expect(await tasksOf('mine')).toHaveLength(2);
    const other = await start({ run_id: 'mine', inputs: { other: true } });
    expect([other.status, other.text]).toEqual([409, expect.stringContaining('mine')]);
  });

  it('start once for one Idempotency-Key, and refuse it to another request', async () => {
    const first = await start({}, { 'idempotency-key': 'k' });
    const again = await start({}, { 'idempotency-key': 'k' });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.json<RunJson>().run_id).toBe(first.json<RunJson>().run_id);
    const other = await start({ steps: ['a'] }, { 'idempotency-key': 'k' });
    expect(other.status).toBe(422);
    expect(other.json()).toMatchObject({ detail: [{ loc: ['header', 'Idempotency-Key'] }] });
  });

  it.each([
    [{ plan: 'day' }, ['body', 'plan']],
    [{ plan: null }, ['body', 'plan']],
    [{ plan: 'night', steps: [] }, ['body', 'steps']],
    [{ plan: 'night', steps: ['z'] }, ['body', 'steps', 0]],
    [{ plan: 'night', run_id: 'a\0b' }, ['body', 'run_id']],
    [{ plan: 'night', run_id: 'x'.repeat(65) }, ['body', 'run_id']],
    [{ plan: 'night', inputs: ['no object'] }, ['body', 'inputs']],
    [null, ['body']],
  ])('refuse %j and say where it is wrong', async (json, loc) => {
    const answer = await open.send('/agents/runs/', { method: 'POST', json });
    expect([answer.status, answer.json()]).toEqual([422, { detail: [expect.objectContaining({ loc })] }]);
  });

  it('are cancelled and retried, whole or from a step', async () => {
    await start({ run_id: 'mine' });
    const cancelled = await steer('/agents/runs/mine/cancel', { note: 'wrong branch' });
    expect(cancelled.json<RunJson>().counts).toMatchObject({ skipped: 2, queued: 0 });
    expect((await tasksOf('mine')).map(({ approval_note }) => approval_note)).toEqual(
      Array(2).fill('wrong branch'),
    );
    expect((await steer('/agents/runs/mine/retry')).json<RunJson>().counts).toMatchObject({ queued: 2 });
    await steer('/agents/runs/mine/cancel/');
    const from = await steer('/agents/runs/mine/retry/', { mode: 'from', from: 'b' });
    // It needs a, which stays cancelled.
    expect([from.status, from.json<RunJson>().counts]).toEqual([
      200,
      expect.objectContaining({ skipped: 2 }),
    ]);
    expect((await steer('/agents/runs/mine/retry', { mode: 'all' })).json<RunJson>().counts.queued).toBe(2);
  });

  it.each([
    [{ mode: 'from' }, 'from'],
    [{ from: 'a' }, 'from'],
    [{ mode: 'from', from: 'z' }, 'from'],
    [{ mode: 'FAILED' }, 'mode'],
  ])('refuse to be retried with %j', async (json, field) => {
    await start({ run_id: 'mine' });
    const answer = await steer('/agents/runs/mine/retry', json);
    expect([answer.status, answer.json()]).toEqual([
      422,
      { detail: [expect.objectContaining({ loc: ['body', field] })] },
    ]);
  });

  it('let one task be retried that has failed or was skipped, and no other', async () => {
    await start({ run_id: 'mine' });
    const [b, a] = await tasksOf('mine');
    expect((await steer(`/agents/tasks/${a?.id}/retry`)).status).toBe(409);
    await steer(`/agents/tasks/${a?.id}/cancel`);
    const retried = await steer(`/agents/tasks/${a?.id}/retry/`);
    expect([retried.status, retried.json()]).toEqual([
      200,
      expect.objectContaining({ id: a?.id, status: 'queued' }),
    ]);
    expect((await open.send(`/agents/tasks/${b?.id}`)).json()).toMatchObject({ status: 'queued' });
    const outside = await post(open, { status: 'failed' });
    expect((await steer(`/agents/tasks/${outside.id}/retry`)).status).toBe(409);
  });

  it('that are not there, or have no possible id, are told as such', async () => {
    for (const [path, method] of [
      ['', 'GET'],
      ['/cancel', 'POST'],
      ['/retry', 'POST'],
    ]) {
      expect((await open.send(`/agents/runs/nowhere${path}`, { method })).status).toBe(404);
      for (const id of ['%00', 'x'.repeat(65)]) {
        const answer = await open.send(`/agents/runs/${id}${path}`, { method });
        expect([answer.status, answer.json()]).toEqual([
          422,
          { detail: [expect.objectContaining({ loc: ['path', 'run_id'] })] },
        ]);
      }
      expect((await open.send(`/agents/runs/%ED%A0%80${path}`, { method })).status).toBe(400);
    }
    expect((await open.send('/agents/tasks/999/retry', { method: 'POST' })).status).toBe(404);
    const wrong = await open.send('/agents/runs', { method: 'DELETE' });
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
    expect(open.logged).toEqual([]);
  });

  it('are found by ids that need an encoding', async () => {
    expect((await start({ run_id: 'a/b c?ü' })).status).toBe(201);
    const path = `/agents/runs/${encodeURIComponent('a/b c?ü')}`;
    expect((await open.send(path)).json()).toMatchObject({ run_id: 'a/b c?ü' });
    expect((await steer(`${path}/cancel`)).status).toBe(200);
  });

  it('are steered by those alone who may operate, and read by those who may read', async () => {
    await start({ run_id: 'mine' });
    const [task] = await tasksOf('mine');
    const member = { 'x-user-email': 'ann@example.org', 'x-user-role': 'member' };
    for (const path of [
      '/agents/runs',
      '/agents/runs/mine/cancel',
      '/agents/runs/mine/retry',
      `/agents/tasks/${task?.id}/retry`,
    ]) {
      const json = { plan: 'night' };
      expect((await keyed.send(path, { method: 'POST', json })).status).toBe(401);
      const wrong = { 'x-admin-key': 'another-key-of-some-length' };
      expect((await keyed.send(path, { method: 'POST', json, headers: wrong })).status).toBe(403);
      expect((await proxied.send(path, { method: 'POST', json })).status).toBe(401);
      expect((await proxied.send(path, { method: 'POST', json, headers: member })).status).toBe(403);
      const right = await keyed.send(path, { method: 'POST', json: {}, headers: { 'x-admin-key': key } });
      expect([401, 403]).not.toContain(right.status);
    }
    expect((await keyed.send('/agents/runs/mine')).status).toBe(200);
    expect((await proxied.send('/agents/runs/mine')).status).toBe(401);
    expect(await tasksOf('mine')).toHaveLength(2);
  });

  it('are described in OpenAPI with their answers', async () => {
    const { paths } = (await open.send('/openapi.json')).json<{
      paths: Record<string, Record<string, { responses: object }>>;
    }>();
    const answers = (path: string, method: string) => Object.keys(paths[path]?.[method]?.responses ?? {});
    expect(answers('/agents/runs', 'post')).toEqual(expect.arrayContaining(['200', '201', '409', '422']));
    expect(answers('/agents/runs/{run_id}', 'get')).toEqual(expect.arrayContaining(['200', '404']));
    for (const path of ['/agents/runs/{run_id}/retry', '/agents/tasks/{id}/retry'])
      expect(answers(path, 'post')).toEqual(expect.arrayContaining(['200', '404', '409']));
    expect(answers('/agents/runs/{run_id}/cancel', 'post')).toEqual(expect.arrayContaining(['200', '404']));
  });

  it('are listed by plan, status, label and time, and a filter that names nothing is a fault', async () => {
    const { run_id: id } = (await start()).json<RunJson>();
    await open.send('/agents/tasks/', {
      method: 'POST',
      json: { task: 'backup', run_id: 'from-outside', status: 'failed' },
    });
    const listed = async (query: string) =>
      (await open.send(`/agents/runs?${query}`))
        .json<{ items: RunJson[] }>()
        .items.map(({ run_id }) => run_id);
    expect((await listed('')).sort()).toEqual(['from-outside', id].sort());
    expect(await listed('plan=night')).toEqual([id]);
    expect(await listed('status=failed&status=running')).toEqual(['from-outside']);
    expect(await listed('plan=night&status=failed')).toEqual([]);
    expect(await listed('label=gpu')).toEqual([]);
    expect(await listed('since=2999-01-01T00:00:00Z')).toEqual([]);
    expect(await listed('until=2000-01-01T00:00:00Z')).toEqual([]);
    for (const query of ['status=done', 'since=soon', `plan=${'x'.repeat(200)}`])
      expect((await open.send(`/agents/runs?${query}`)).status, query).toBe(422);
  });
});
