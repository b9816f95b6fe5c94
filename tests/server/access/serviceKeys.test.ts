import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { makeKeyText } from '../../../contract/keyText.ts';
import { useFreshDatabases } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { onServer } from '../../support/postgresAdmin.ts';
import { startPostgres } from '../../support/postgresServer.ts';
import { type KeyServer, list, startOn } from './keyServers.ts';

describe('A key of a service, on two servers of one database', () => {
  const databases = useFreshDatabases('postgres');

  async function startTwo(variables: Record<string, string> = {}) {
    const config = await databases.createFresh();
    if (!('url' in config)) throw new Error('expected a server');
    const [one, other] = await Promise.all([startOn(config, variables), startOn(config, variables)]);
    const query = <Row>(text: string) => onServer<Row>(config.url, text);
    return { one, other, query, both: [one, other] as const };
  }

  /** Opens a subscription with a key, and gives what ends with it. */
  async function subscribe(server: KeyServer, key: string) {
    const before = server.subscriptions();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
      },
      body: JSON.stringify({ query: 'subscription { taskChanged(runId: "r") { databaseId } }' }),
    });
    expect(response.status).toBe(200);
    await eventually(() => expect(server.subscriptions()).toBe(before + 1));
    return { ended: response.text() };
  }

  it('works on the other at once, in either header, with the scopes that it has', async () => {
    const { one, other } = await startTwo();
    const key = await one.create('ci', ['read', 'report']);
    expect((await other.get(list, null, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    expect((await other.get(list, key)).status).toBe(200);
    expect(await other.client(key).viewer()).toMatchObject({ id: 'service:ci', scopes: ['READ', 'REPORT'] });
    const json = { task: 'a', run_id: 'r', status: 'awaiting_approval' };
    expect((await other.get('/agents/tasks/', key, { method: 'POST', json })).status).toBe(201);
    const refused = await other.get('/agents/tasks/1/approve', key, { method: 'POST' });
    expect([refused.status, refused.json()]).toEqual([
      403,
      { detail: 'service:ci may not do this: it requires the approve scope.' },
    ]);
    await expect(other.client(key).registerPlan({ name: 'p', steps: [{ task: 'a' }] })).rejects.toMatchObject(
      { code: 'FORBIDDEN' },
    );
  });

  it('must be right where two are given', async () => {
    const { one } = await startTwo();
    const [key, second] = [await one.create('ci', ['read']), await one.create('second', ['read'])];
    const both = (bearer: string) =>
      one.get(list, key, { headers: { 'x-admin-key': key, authorization: `Bearer ${bearer}` } });
    expect((await both(key)).status).toBe(200);
    expect((await both(second)).status).toBe(200);
    expect((await both(makeKeyText())).status).toBe(403);
    expect((await both('wrong')).status).toBe(403);
  });

  it('lets nobody in five seconds after it was revoked, however many use it meanwhile, and ends what is open', async () => {
    const { one, other, both } = await startTwo();
    const key = await one.create('ci', ['read', 'work']);
    const witness = await one.create('witness', ['work']);
    await one.client().registerPlan({ name: 'p', steps: [{ task: 'a' }] });

    const streams = await Promise.all(both.map((server) => subscribe(server, key)));
    const ended: string[] = [];
    const wait = async (server: KeyServer, who: string, by: string) => {
      await server
        .client(by)
        .leaseTask({ worker: who, planHashes: [], waitMs: 25_000 })
        .catch(() => undefined);
      ended.push(who);
    };
    const waits = both.flatMap((server, index) => [
      wait(server, `revoked ${index}`, key),
      wait(server, `witness ${index}`, witness),
    ]);

    let revokedAt = Number.POSITIVE_INFINITY;
    const answers: { sentAt: number; status: number; text: string }[] = [];
    const isOver = () => performance.now() > revokedAt + 5500;
    const users = Array.from({ length: 200 }, async (_, index) => {
      const server = index % 2 === 0 ? one : other;
      do {
        const sentAt = performance.now();
        const response = await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
          body: JSON.stringify({ query: '{ tasks(first: 1) { nodes { id } } }' }),
        });
        answers.push({ sentAt, status: response.status, text: await response.text() });
      } while (!isOver());
    });
    await eventually(() => expect(answers.length).toBeGreaterThan(400));
    // Where a machine has no time to read again what keys may do, it answers 503.
    expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
    await one.client().revokeKey('ci');
    revokedAt = performance.now();
    await Promise.all(users);

    const late = answers.filter(({ sentAt }) => sentAt > revokedAt + 5000);
    expect(late.length).toBeGreaterThan(0);
    expect(late.filter(({ status }) => status === 200)).toEqual([]);
    expect(late.find(({ status }) => status === 403)?.text).toMatch(
      /The key of ci \(nsk_\w{8}…\) was revoked at 20\S+Z\./,
    );
    expect(answers.filter(({ status }) => ![200, 403, 503].includes(status))).toEqual([]);

    await Promise.all(streams.map(({ ended }) => ended));
    for (const server of both) await eventually(() => expect(server.subscriptions()).toBe(0));
    await Promise.all(waits);
    expect(ended.slice(0, 2).sort()).toEqual(['revoked 0', 'revoked 1']);
  });

  it('ends as well when it expires', async () => {
    const { one, both, query } = await startTwo();
    const key = await one.create('ci', ['read']);
    const streams = await Promise.all(both.map((server) => subscribe(server, key)));
    for (const server of both) expect((await server.get(list, key)).status).toBe(200);
    await query("UPDATE api_keys SET expires_at = clock_timestamp() + interval '1 second'");
    for (const server of both) {
      const answer = await eventually(async () => {
        const found = await server.get(list, key);
        expect(found.status).toBe(403);
        return found;
      });
      expect(answer.text).toMatch(
        /The key of ci \(nsk_\w{8}…\) expired at 20\S+Z\. An admin can make a new one/,
      );
      await expect(server.client(key).viewer()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    await Promise.all(streams.map(({ ended }) => ended));
  });

  it('of which the old one works on after a rotation, until that is over', async () => {
    const { one, other, query } = await startTwo();
    const old = await one.create('ci', ['read']);
    const { secret } = expectType(await one.client().rotateKey({ name: 'ci' }), 'MadeKey');
    for (const key of [old, secret]) expect((await other.get(list, key)).status).toBe(200);
    await query('UPDATE api_keys SET expires_at = clock_timestamp() WHERE replaced_at IS NOT NULL');
    await eventually(async () => expect((await other.get(list, old)).status).toBe(403));
    expect((await other.get(list, secret)).status).toBe(200);
  });

  it('counts no more for a request whose body came after it was revoked', async () => {
    const { one, query } = await startTwo();
    const key = await one.create('ci', ['report']);
    const mutation =
      'mutation { createTask(input: { task: "t", runId: "r", status: QUEUED }) { __typename } }';
    const bodies = [
      ['/agents/tasks/', JSON.stringify({ task: 't', run_id: 'r', status: 'queued' })],
      ['/graphql', JSON.stringify({ query: mutation })],
    ] as const;
    // The second time an operation is known and takes its short way.
    for (let time = 0; time < 3; time += 1) {
      const headers = { 'content-type': 'application/json' };
      expect((await one.get('/graphql', key, { method: 'POST', headers, body: bodies[1][1] })).status).toBe(
        200,
      );
    }
    const slow = bodies.map(([path, body]) => sendSlowly(`${one.url}${path}`, key, body));
    await one.client().revokeKey('ci');
    await eventually(async () => expect((await one.get(list, key)).status).toBe(403));
    const answers = await Promise.all(slow.map((finish) => finish()));
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    for (const { text } of answers) expect(text).toMatch(/was revoked at/);
    expect(await query('SELECT 1 FROM agents_tasks')).toHaveLength(3);
  });

  it('decides as the service, which is no person', async () => {
    const { one, query } = await startTwo();
    const key = await one.create('bot', ['approve', 'read']);
    const reporter = await one.create('reporter', ['report']);
    const policies = [
      {},
      { approvers: ['ann@example.org'] },
      { required: 2 },
      { denySelf: true },
      { approvers: ['service:bot'] },
    ];
    const json = { task: 'made', run_id: 'r', status: 'awaiting_approval' };
    const statuses: number[] = [];
    for (const policy of policies) {
      const task = await one.get('/agents/tasks/', reporter, { method: 'POST', json });
      const { id } = task.json<{ id: number }>();
      await query(
        `UPDATE approvals SET policy = policy || '${JSON.stringify(policy)}' WHERE task_id = ${id}`,
      );
      statuses.push((await one.get(`/agents/tasks/${id}/approve`, key, { method: 'POST' })).status);
    }
    expect(statuses).toEqual([200, 403, 403, 403, 403]);
    const record =
      "SELECT viewer_name(viewer) AS viewer, viewer_kind, outcome FROM decisions WHERE action = 'approve' ORDER BY id";
    const by = { viewer: 'service:bot', viewer_kind: 'service' };
    expect(await query(record)).toEqual([
      { ...by, outcome: 'decided' },
      ...[1, 2, 3, 4].map(() => ({ ...by, outcome: 'refused' })),
    ]);
    expect((await one.get('/agents/tasks/1', key)).json()).toMatchObject({ approver: 'service:bot' });
  });

  it('is on record when it is first used, with the address behind the proxy', async () => {
    const { one, query } = await startTwo({ TRUSTED_PROXY: '127.0.0.1', HOST: '127.0.0.1' });
    const key = await one.create('ci', ['read']);
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    for (let time = 0; time < 20; time += 1) expect((await one.get(list, key, { headers })).status).toBe(200);
    const first = await eventually(async () => {
      const found = await query("SELECT viewer, address FROM decisions WHERE action = 'use_key'");
      expect(found).toHaveLength(1);
      return found;
    });
    expect(first).toEqual([{ viewer: 'service:ci', address: '203.0.113.9' }]);
  });
});

describe('While PostgreSQL does not answer', () => {
  it('a key that was in use is refused with 503 once it was not read for five seconds, and works afterwards', async () => {
    const postgres = await startPostgres({ fsync: 'off' });
    try {
      const server = await startOn({ url: postgres.url() });
      const key = await server.create('ci', ['read']);
      const ask = () =>
        server.get('/graphql', key, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query: '{ viewer { id } }' }),
        });
      const expected = { data: { viewer: { id: 'service:ci' } } };
      expect((await ask()).json()).toEqual(expected);
      await postgres.kill();
      const answers = [await ask()];
      while (answers.at(-1)?.status === 200) answers.push(await ask());
      const [last, ...before] = answers.reverse();
      expect(new Set(before.map(({ text }) => text)).size).toBeLessThan(2);
      expect(last?.status).toBe(503);
      expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
      expect(last?.text).toContain('The database is not responding. Try again in');
      expect((await server.get(list, makeKeyText())).status).toBe(503);
      expect((await server.get(list, `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`)).status).toBe(
        403,
      );
      await postgres.start();
      await eventually(async () => expect((await ask()).json()).toEqual(expected));
      await server.close();
    } finally {
      await postgres.remove();
    }
  });
});

/** Sends the beginning of a request at once, and the end of its body when that is asked for. */
function sendSlowly(url: string, key: string, body: string) {
  const outgoing = request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${key}`,
    },
  });
  outgoing.write(body.slice(0, 5));
  const answer = new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
  });
  return () => {
    outgoing.end(body.slice(5));
    return answer;
  };
}
