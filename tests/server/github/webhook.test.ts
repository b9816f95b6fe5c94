import { createHmac } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { createTask } from '../../../domain/tasks/create.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { serve, type TestServer } from '../serve.ts';

const secret = 'it-is-a-secret';
const pullUrl = 'https://github.com/acme/site/pull/7';

describeOnBoth('POST /webhooks/github', (database) => {
  const store = storeOf(database);
  let server: TestServer;
  beforeAll(async () => {
    const githubUsers = new Map([['octocat', 'ann@example.org']]);
    server = await serve(database.db(), {
      ...{ githubWebhookSecret: secret, githubUsers, adminApiKey: 'a-long-enough-key' },
    });
  });
  beforeEach(() => database.truncate());

  const waiting = async () =>
    (
      await createTask(store, everything, {
        ...{ task: 'makes', runId: 'r', status: 'awaiting_approval', outputsUri: pullUrl },
      })
    ).task.id;
  const event = (action: string, pull: object = {}, more: object = {}) => ({
    action,
    sender: { login: 'octocat' },
    pull_request: {
      ...{ html_url: pullUrl, number: 7, state: 'open', merged: false, updated_at: '2025-01-15T02:30:00Z' },
      ...{ user: { login: 'bot' }, head: { sha: 'a'.repeat(40) } },
      ...{ base: { repo: { name: 'site', owner: { login: 'acme' } } }, ...pull },
    },
    ...more,
  });
  function post(kind: string, body: string, more: Record<string, string> = {}) {
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'content-type': 'application/json', 'x-github-event': kind, ...more };
    return server.send('/webhooks/github', {
      ...{ method: 'POST', body, headers: { 'x-hub-signature-256': signature, ...headers } },
    });
  }
  const send = (kind: string, body: object) => post(kind, JSON.stringify(body));

  it('takes a merge as an approval, a close as a rejection, and says how many waited', async () => {
    const merged = await waiting();
    const answer = await send('pull_request', event('closed', { state: 'closed', merged: true }));
    expect(answer).toMatchObject({ status: 200, text: '{"approvals":1}' });
    expect(await findTask(store.db, merged)).toMatchObject({
      status: 'succeeded',
      approver: 'ann@example.org',
    });
    const closed = await waiting();
    await send('pull_request', event('closed', { state: 'closed' }));
    expect(await findTask(store.db, closed)).toMatchObject({ status: 'failed', approver: 'ann@example.org' });
    expect((await send('pull_request', event('closed', { state: 'closed' }))).text).toBe('{"approvals":0}');
  });

  it('takes an approving review as a vote, with the head that the event tells', async () => {
    const id = await waiting();
    const review = {
      ...{ id: 1, state: 'approved', commit_id: 'a'.repeat(40), author_association: 'OWNER' },
      ...{ user: { login: 'hubber' }, submitted_at: '2025-01-15T02:31:00Z' },
    };
    await send('pull_request_review', event('dismissed', {}, { review }));
    await send('pull_request_review', event('submitted', {}, { review: { ...review, state: 'commented' } }));
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    await send('pull_request_review', event('submitted', {}, { review }));
    expect(await findTask(store.db, id)).toMatchObject({ status: 'succeeded', approver: 'github:hubber' });
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
