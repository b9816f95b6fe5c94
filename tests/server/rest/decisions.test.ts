import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeOnEither } from '../../support/databases.ts';
import { empty, post, serve, type TaskJson, type TestServer } from '../serve.ts';

const key = 'a-key-of-sixteen-characters';
const asking = { status: 'awaiting_approval', outputs_uri: 'https://github.com/user/repo/pull/1' };

describeOnEither('deciding tasks over REST', (database) => {
  let open: TestServer;
  let keyed: TestServer;
  let proxied: TestServer;
  beforeAll(async () => {
    open = await serve(database.db());
    keyed = await serve(database.db(), { adminApiKey: key });
    proxied = await serve(database.db(), { host: '0.0.0.0', adminApiKey: key, trustedProxy: ['127.0.0.1'] });
  });
  beforeEach(() => empty(database.db()));

  it.each([
    ['approve', 'succeeded', 'approved'],
    ['reject', 'failed', 'rejected'],
    ['cancel', 'skipped', 'cancelled'],
  ])('%s makes a task %s and %s, by whoever calls', async (action, status, approval_state) => {
    await post(open, { ...asking, started_at: '2025-01-15T02:30:00Z' });
    const answer = await open.send(`/agents/tasks/1/${action}/`, { method: 'POST' });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ status, approval_state, approver: 'local', approval_note: null });
    expect(answer.json<TaskJson>().finished_at).not.toBeNull();
    expect(answer.json<TaskJson>().duration_ms).toBeGreaterThan(0);
    const again = await open.send(`/agents/tasks/1/${action}`, { method: 'POST' });
    expect([again.status, again.json()]).toEqual([200, answer.json()]);
  });

  it('takes a note from the query or a JSON body, and never an approver', async () => {
    for (const _ of [1, 2, 3]) await post(open, asking);
    const byQuery = await open.send('/agents/tasks/1/approve?note=fine%20by%20me', { method: 'POST' });
    const json = { note: 'no: ünï', approver: 'mallory' };
    const byBody = await open.send('/agents/tasks/2/reject', { method: 'POST', json });
    const empty = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '' };
    expect(byQuery.json()).toMatchObject({ approval_note: 'fine by me', approver: 'local' });
    expect(byBody.json()).toMatchObject({ approval_note: 'no: ünï', approver: 'local' });
    expect((await open.send('/agents/tasks/3/cancel', empty)).json()).toMatchObject({ approval_note: null });
  });

  it.each(['expected_head_sha', 'approval_id'])(
    'refuses %s in the query, where it would bind a decision to nothing',
    async (name) => {
      await post(open, asking);
      const refused = {
        detail: [
          { loc: ['query', name], msg: expect.stringMatching(/JSON body, not in the query, got "?zz/) },
        ],
      };
      for (const action of ['approve', 'reject', 'cancel']) {
        const answer = await open.send(`/agents/tasks/1/${action}?${name}=zz&note=fine`, { method: 'POST' });
        expect([answer.status, answer.json()]).toMatchObject([422, refused]);
      }
      const json = { status: 'succeeded', approval_state: 'approved' };
      const patch = await open.send(`/agents/tasks/1?${name}=zz`, { method: 'PATCH', json });
      expect([patch.status, patch.json()]).toMatchObject([422, refused]);
      const now = await open.send('/agents/tasks/1');
      expect(now.json()).toMatchObject({ status: 'awaiting_approval', approval_note: null });
    },
  );

  it('answers 409 with the present state when there is nothing to decide, or it is decided otherwise', async () => {
    await post(open, { status: 'succeeded' });
    await post(open, asking);
    const idle = await open.send('/agents/tasks/1/approve', { method: 'POST' });
    expect([idle.status, idle.text]).toEqual([409, expect.stringContaining('succeeded')]);
    await open.send('/agents/tasks/2/approve', { method: 'POST' });
    const other = await open.send('/agents/tasks/2/reject', { method: 'POST' });
    expect([other.status, other.text]).toEqual([409, expect.stringContaining('approved')]);
    expect((await open.send('/agents/tasks/3/approve', { method: 'POST' })).status).toBe(404);
  });

  it('tells of a pull request that nobody has looked at that it is not checked', async () => {
    await post(open, asking);
    const before = await open.send('/agents/tasks/1?include=approval');
    expect(before.json()).toMatchObject({
      approval: { pull_request: { state: 'not_checked', head_sha: null } },
    });
    await database.db().query({ text: "UPDATE approvals SET pull_head = 'abc'", values: [] });
    const after = await open.send('/agents/tasks/1?include=approval');
    expect(after.json()).toMatchObject({ approval: { pull_request: { state: 'open', head_sha: 'abc' } } });
  });

  it('decides by PATCH in the older way, with the approver of a caller without identity', async () => {
    await post(open, asking);
    await post(keyed, asking);
    const json = { approval_state: 'approved', approver: 'ann', approval_note: 'ok' };
    const local = await open.send('/agents/tasks/1', { method: 'PATCH', json });
    expect(local.json()).toMatchObject({ status: 'succeeded', approver: 'ann', approval_note: 'ok' });
    const headers = { 'x-admin-key': key };
    const known = await keyed.send('/agents/tasks/2', { method: 'PATCH', json, headers });
    expect(known.json()).toMatchObject({ status: 'succeeded', approver: 'admin' });
  });

  it.each([{ status: 'running' }, { approval_state: null }, { approver: 'x' }, { status: 'failed' }])(
    'answers 409 to a PATCH with %j after a decision',
    async (json) => {
      await post(open, asking);
      const { text } = await open.send('/agents/tasks/1/approve', { method: 'POST' });
      expect((await open.send('/agents/tasks/1', { method: 'PATCH', json })).status).toBe(409);
      expect((await open.send('/agents/tasks/1')).text).toBe(text);
    },
  );

  it('answers 409 to a PATCH that leaves awaiting_approval without a decision', async () => {
    await post(open, asking);
    expect(
      (await open.send('/agents/tasks/1', { method: 'PATCH', json: { status: 'succeeded' } })).status,
    ).toBe(409);
  });

  describe('on a server with a key', () => {
    const decisions: [string, string, unknown?][] = [
      ['POST', '/agents/tasks/1/approve'],
      ['POST', '/agents/tasks/1/reject'],
      ['POST', '/agents/tasks/1/cancel'],
      ['PATCH', '/agents/tasks/1', { approval_state: 'approved' }],
      ['DELETE', '/agents/tasks/before?date=2999-01-01'],
    ];
    it.each(decisions)('%s %s needs it and changes nothing without it', async (method, path, json) => {
      const task = await post(keyed, asking);
      const without = await keyed.send(path, { method, json });
      expect([without.status, without.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      const wrong = await keyed.send(path, { method, json, headers: { 'x-admin-key': 'wrong' } });
      expect(wrong.status).toBe(403);
      expect((await keyed.send('/agents/tasks/1')).json()).toEqual(task);
      const right = await keyed.send(path, { method, json, headers: { authorization: `Bearer ${key}` } });
      expect(right.status).toBe(200);
    });

    it('reading and reporting stay open on loopback, whatever key comes along', async () => {
      await post(keyed);
      expect((await keyed.send('/agents/tasks/')).status).toBe(200);
      expect((await keyed.send('/agents/tasks/', { headers: { 'x-admin-key': 'x' } })).status).toBe(200);
    });

    it('everything but /ready and the pages of links needs it elsewhere', async () => {
      const paths = ['/agents/tasks/', '/agents/tasks/paged', '/agents/tasks/paged.csv', '/agents/tasks/1'];
      for (const path of paths) expect((await proxied.send(path)).status).toBe(401);
      const json = { task: 'x', run_id: 'x', status: 'running' };
      expect((await proxied.send('/agents/tasks/', { method: 'POST', json })).status).toBe(401);
      expect((await proxied.send('/agents/tasks/', { headers: { 'x-admin-key': key } })).status).toBe(200);
      for (const path of ['/ready', '/', '/openapi.json'])
        expect((await proxied.send(path)).status).toBe(200);
    });

    it('an admin whom the trusted proxy names decides as himself', async () => {
      await post(open, asking);
      const headers = { 'x-user-email': 'ann@example.org', 'x-user-role': 'admin' };
      const answer = await proxied.send('/agents/tasks/1/approve', { method: 'POST', headers });
      expect(answer.json()).toMatchObject({ approver: 'ann@example.org' });
    });
  });

  describe('DELETE /agents/tasks/before', () => {
    it('deletes what started before the date and says how many', async () => {
      for (const started_at of ['2025-01-01T00:00:00Z', '2025-01-02T00:00:00Z', null])
        await post(open, { started_at });
      const answer = await open.send('/agents/tasks/before?date=2025-01-02', { method: 'DELETE' });
      expect([answer.status, answer.json()]).toEqual([200, { deleted: 1, cutoff: '2025-01-02T00:00:00Z' }]);
      expect((await open.send('/agents/tasks/')).json()).toHaveLength(2);
    });

    it.each(['', '?date=', '?date=soon', '?date=2025-13-01'])(
      'refuses %j and deletes nothing',
      async (query) => {
        await post(open, { started_at: '2025-01-01T00:00:00Z' });
        const answer = await open.send(`/agents/tasks/before${query}`, { method: 'DELETE' });
        expect(answer.status).toBe(422);
        expect((await open.send('/agents/tasks/')).json()).toHaveLength(1);
      },
    );
  });
});
