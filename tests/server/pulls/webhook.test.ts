import { createHmac } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { serve, type TestServer } from '../serve.ts';

const secret = 'it-is-a-secret';
const sign = (body: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const github = { hosts: ['github.com'], repositories: ['github.com/acme/site'] };
const later = () => new Date(Date.now() + 60_000).toISOString();
const pullUrl = 'https://github.com/acme/site/pull/7';

describeOnEither('POST /webhooks/github', (database) => {
  const store = storeOf(database);
  let server: TestServer;
  beforeAll(async () => {
    const githubUsers = new Map([['octocat', 'ann@example.org']]);
    server = await serve(database.db(), {
      githubWebhookSecret: secret,
      githubUsers,
      adminApiKey: 'a-long-enough-key',
      github,
    });
  });
  beforeEach(() => database.truncate());

  const waiting = async () => {
    const { task } = await createTask(store, everything, {
      task: 'makes',
      runId: 'r',
      status: 'awaiting_approval',
      outputsUri: pullUrl,
    });
    await store.db.query({ text: 'DELETE FROM pulls' });
    await send('pull_request', event('opened'));
    return task.id;
  };
  const votesOf = async (id: number) => (await readApprovals(store.db, [id]))[0]?.voters;
  const octocat = { login: 'octocat', id: 1, type: 'User' };
  const owner = { sender: { login: 'Acme', id: 4, type: 'User' } };
  const event = (action: string, pull: object = {}, more: object = {}) => ({
    action,
    sender: octocat,
    pull_request: {
      html_url: pullUrl,
      number: 7,
      state: 'open',
      merged: false,
      updated_at: '2025-01-15T02:30:00Z',
      user: { login: 'bot' },
      head: { sha: 'a'.repeat(40) },
      merged_by: null,
      ...('state' in pull
        ? { closed_at: later(), merged_at: 'merged' in pull && pull.merged ? later() : null }
        : {}),
      base: { repo: { name: 'site', owner: { login: 'acme' } } },
      ...pull,
    },
    ...more,
  });
  function post(kind: string, body: string, more: Record<string, string> = {}) {
    const signature = sign(body);
    const headers = { 'content-type': 'application/json', 'x-github-event': kind, ...more };
    return server.send('/webhooks/github', {
      method: 'POST',
      body,
      headers: { 'x-hub-signature-256': signature, ...headers },
    });
  }
  const send = (kind: string, body: object) => post(kind, JSON.stringify(body));

  it('takes a merge as an approval, a close by the owner as a rejection, and says how many waited', async () => {
    const merged = await waiting();
    const answer = await send('pull_request', event('closed', { state: 'closed', merged: true }));
    expect(answer).toMatchObject({ status: 200, text: '{"approvals":1}' });
    expect(await findTask(store.db, merged)).toMatchObject({
      status: 'succeeded',
      approver: 'ann@example.org',
    });
    const closed = await waiting();
    await send('pull_request', event('closed', { state: 'closed' }, owner));
    expect(await findTask(store.db, closed)).toMatchObject({ status: 'failed', approver: 'github:Acme' });
    expect((await send('pull_request', event('closed', { state: 'closed' }))).text).toBe('{"approvals":0}');
  });

  it('takes an approving review as a vote, with the head that the event tells', async () => {
    const id = await waiting();
    const review = {
      id: 1,
      state: 'approved',
      commit_id: 'a'.repeat(40),
      author_association: 'OWNER',
      user: { login: 'hubber', id: 2, type: 'User' },
      submitted_at: later(),
    };
    await send('pull_request_review', event('dismissed', {}, { review }));
    await send('pull_request_review', event('submitted', {}, { review: { ...review, state: 'commented' } }));
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    expect(await votesOf(id)).toEqual([]);
    await send('pull_request_review', event('submitted', {}, { review: { ...review, id: 2 } }));
    expect(await findTask(store.db, id)).toMatchObject({ status: 'succeeded', approver: 'github:hubber' });
  });

  it('takes a merge of before the wait, and one by a bot, for no approval', async () => {
    const id = await waiting();
    const ended = { state: 'closed', merged: true };
    const old = { ...ended, merged_at: '2025-01-15T02:30:00Z' };
    await send('pull_request', event('closed', old));
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    const other = await waiting();
    const merged_by = { login: 'ship-it[bot]', id: 9, type: 'Bot' };
    await send('pull_request', event('closed', { ...ended, merged_by }));
    expect(await findTask(store.db, other)).toMatchObject({ status: 'awaiting_approval' });
  });

  it('shows a close by anybody else, who is not proved to be one who may write, and decides nothing by it', async () => {
    const id = await waiting();
    const author_association = 'OWNER';
    await send('pull_request', event('closed', { state: 'closed', author_association }));
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    const remark = async () => (await readApprovals(store.db, [id]))[0]?.remark;
    expect(await remark()).toMatch(
      /closed by octocat, and the server does not know whether they may write to acme\/site/,
    );
    await send('pull_request', event('reopened', { updated_at: '2025-01-15T02:31:00Z' }));
    expect(await remark()).toBeNull();
  });

  it('has the checks of a commit read again after their events, where it reads pull requests', async () => {
    const reader = { host: 'github.com', wake: () => undefined };
    const reading = await serve(database.db(), { githubWebhookSecret: secret, github, githubReader: reader });
    const commit = 'a'.repeat(40);
    await store.db.query({
      text: `INSERT INTO pull_details (host, owner, repo, number, head) VALUES ('github.com', 'acme', 'site', 7, $1)`,
      values: [commit],
    });
    const deliver = async (to: TestServer, kind: string, told: object) => {
      const body = JSON.stringify(told);
      const headers = { 'x-github-event': kind, 'x-hub-signature-256': sign(body) };
      return to.send('/webhooks/github', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      });
    };
    const repository = { html_url: 'https://github.com/Acme/site' };
    for (const [kind, told] of [
      ['check_run', { check_run: { head_sha: commit } }],
      ['check_suite', { check_suite: { head_sha: commit } }],
      ['status', { sha: commit }],
    ] as const) {
      await store.db.query({ text: 'UPDATE pull_details SET due_at = NULL' });
      expect((await deliver(reading, kind, { repository, ...told })).text).toBe('{"pulls":1}');
      expect(await store.db.query({ text: 'SELECT 1 FROM pull_details WHERE due_at > now()' })).toHaveLength(
        1,
      );
      const other = { ...told, repository: { html_url: 'https://github.example.org/acme/site' } };
      expect((await deliver(reading, kind, other)).status).toBe(202);
      expect((await deliver(server, kind, { repository, ...told })).status).toBe(202);
      expect((await deliver(reading, kind, { repository })).status).toBe(422);
    }
  });

  it('takes an event for a hint where a token can read the truth', async () => {
    const woken: string[] = [];
    const reader = { host: 'github.com', wake: () => void woken.push('now') };
    const reading = await serve(database.db(), { githubWebhookSecret: secret, github, githubReader: reader });
    const id = await waiting();
    await store.db.query({ text: 'UPDATE approvals SET pull_checked_at = now()' });
    const review = {
      id: 1,
      state: 'approved',
      commit_id: 'a'.repeat(40),
      author_association: 'OWNER',
      user: octocat,
      submitted_at: later(),
    };
    for (const [kind, told] of [
      ['pull_request_review', event('submitted', {}, { review })],
      ['pull_request', event('closed', { state: 'closed', merged: true })],
    ] as const) {
      const body = JSON.stringify(told);
      const headers = { 'x-github-event': kind, 'x-hub-signature-256': sign(body) };
      const answer = await reading.send('/webhooks/github', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      });
      expect(answer.text).toBe('{"approvals":1}');
    }
    expect(woken).toHaveLength(2);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    const [approval] = await readApprovals(store.db, [id]);
    expect(approval).toMatchObject({ voters: [], pullRequest: { state: 'open', checkedAt: null } });
  });

  it('takes back the vote of a review that is dismissed', async () => {
    const id = await waiting();
    await store.db.query({ text: `UPDATE approvals SET policy = policy || '{"required": 2}'` });
    const review = {
      id: 1,
      state: 'approved',
      commit_id: 'a'.repeat(40),
      author_association: 'OWNER',
      user: octocat,
      submitted_at: later(),
    };
    await send('pull_request_review', event('submitted', {}, { review }));
    await send('pull_request_review', event('edited', {}, { review: { ...review, state: 'dismissed' } }));
    expect(await votesOf(id)).toEqual(['ann@example.org']);
    await send('pull_request_review', event('dismissed', {}, { review: { ...review, state: 'dismissed' } }));
    expect(await votesOf(id)).toEqual([]);
  });

  it('holds nobody but who closed a pull request for the one who closed it', async () => {
    const id = await waiting();
    const closed = { state: 'closed', updated_at: '2025-01-15T02:40:00Z' };
    const review = {
      id: 1,
      state: 'approved',
      commit_id: 'a'.repeat(40),
      author_association: 'OWNER',
      user: { login: 'hubber', id: 2, type: 'User' },
      submitted_at: later(),
    };
    const passerBy = { sender: { login: 'passer-by', id: 3, type: 'User' } };
    for (const answer of [
      await send('pull_request', event('labeled', closed, passerBy)),
      await send('pull_request_review', event('submitted', closed, { review, ...passerBy })),
      await send('pull_request_review', event('submitted', { ...closed, merged: true }, { review })),
    ])
      expect(answer.status).toBe(202);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    await send('pull_request', event('closed', { ...closed, updated_at: '2025-01-15T02:39:00Z' }, owner));
    expect(await findTask(store.db, id)).toMatchObject({ status: 'failed', approver: 'github:Acme' });
    expect((await send('pull_request', event('reopened', {}))).text).toBe('{"approvals":0}');
  });

  it('comes to whatever name the server has, from wherever, and nothing else does', async () => {
    const open = await serve(database.db(), { githubWebhookSecret: secret });
    const foreign = {
      host: 'nightshift.example.org',
      origin: 'https://github.com',
      'sec-fetch-site': 'cross-site',
    };
    const body = JSON.stringify({ zen: 'Keep it logically awesome.' });
    const signed = { 'x-hub-signature-256': sign(body), 'x-github-event': 'ping' };
    const ping = (path: string, headers: object) =>
      open.send(path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...foreign, ...headers },
      });
    expect((await ping('/webhooks/github', signed)).status).toBe(200);
    expect((await ping('/webhooks/github', {})).status).toBe(401);
    expect((await ping('/webhooks/githubby', signed)).status).toBe(403);
    expect((await ping('/agents/tasks/', {})).status).toBe(403);
  });

  it('knows the signature that GitHub’s documentation gives as an example', async () => {
    const known = await serve(database.db(), { githubWebhookSecret: "It's a Secret to Everybody" });
    const answer = await known.send('/webhooks/github', {
      method: 'POST',
      body: 'Hello, World!',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'ping',
        'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      },
    });
    expect(answer.text).toBe('{"ok":true}');
  });

  it('reads the form that GitHub sends unless told otherwise', async () => {
    const id = await waiting();
    const body = new URLSearchParams({
      payload: JSON.stringify(event('closed', { state: 'closed', merged: true })),
    }).toString();
    const answer = await post('pull_request', body, { 'content-type': 'application/x-www-form-urlencoded' });
    expect(answer.status).toBe(200);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'succeeded' });
  });

  it.each([
    ['no signature', ''],
    ['that of another secret', `sha256=${createHmac('sha256', 'x').update('{}').digest('hex')}`],
    ['the older kind', 'sha1=0000'],
  ])('refuses %s, whatever else is right', async (_what, signature) => {
    const id = await waiting();
    const body = JSON.stringify(event('closed', { state: 'closed', merged: true }));
    const answer = await post('pull_request', body, { 'x-hub-signature-256': signature });
    expect(answer.status).toBe(401);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
  });

  it('judges the signature by the bytes as they came', async () => {
    const body = ` ${JSON.stringify(event('opened'), null, 3)}\n`;
    expect((await post('pull_request', body)).status).toBe(200);
  });

  it('answers a ping, leaves other events alone, and says what is wrong with one that is not whole', async () => {
    expect(await send('ping', { zen: 'x' })).toMatchObject({ status: 200, text: '{"ok":true}' });
    expect((await send('push', {})).status).toBe(202);
    const broken = await send('pull_request', { action: 'opened' });
    expect(broken).toMatchObject({ status: 422, text: expect.stringContaining('pull_request') });
    expect((await post('pull_request', 'not json')).status).toBe(400);
    expect(server.logged).toEqual([]);
  });

  it('is closed without a secret', async () => {
    const closed = await serve(database.db());
    const answer = await closed.send('/webhooks/github', { method: 'POST', json: {} });
    expect(answer).toMatchObject({ status: 404, text: expect.stringContaining('GITHUB_WEBHOOK_SECRET') });
  });
});
