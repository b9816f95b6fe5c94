import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useFreshDatabases } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { onServer } from '../../support/postgresAdmin.ts';
import { type KeyServer, list, startOn } from '../access/keyServers.ts';
import { send } from '../serve.ts';
import { type SignedIn, signIn } from './signedIn.ts';

const publicUrl = 'https://nightshift.example.org';
const host = 'nightshift.example.org';

describe('A session, on two servers of one database', () => {
  const databases = useFreshDatabases('postgres');

  async function startTwo() {
    const config = await databases.createFresh();
    if (!('url' in config)) throw new Error('expected a server');
    // Both have one name, as behind a balancer.
    const variables = { PUBLIC_URL: publicUrl };
    const [one, other] = await Promise.all([startOn(config, variables), startOn(config, variables)]);
    return {
      one,
      other,
      both: [one, other] as const,
      query: <Row>(text: string) => onServer<Row>(config.url, text),
    };
  }

  const headersOf = ({ cookie, page }: SignedIn) => ({ host, cookie, 'x-nightshift-session': page });
  const at = (server: KeyServer, browser: SignedIn, path = list) =>
    send(server.url, path, { key: null, headers: headersOf(browser) });
  const ask = (server: KeyServer, browser: SignedIn, query: string) =>
    send(server.url, '/graphql', { method: 'POST', key: null, headers: headersOf(browser), json: { query } });

  /** Opens a subscription by a session, and gives what ends with it. */
  async function subscribe(server: KeyServer, browser: SignedIn, field: string) {
    const before = server.subscriptions();
    const { hostname, port } = new URL(server.url);
    const headers = {
      ...headersOf(browser),
      accept: 'text/event-stream',
      'content-type': 'application/json',
    };
    const ended = new Promise<void>((resolve, reject) => {
      const options = { hostname, port, path: '/graphql', method: 'POST', headers };
      const sent = request(options, (response) => void response.resume().on('end', resolve));
      sent.on('error', reject);
      sent.end(JSON.stringify({ query: `subscription { ${field} }` }));
    });
    await eventually(() => expect(server.subscriptions()).toBe(before + 1));
    return { ended };
  }

  it('works on the other at once', async () => {
    const { one, other } = await startTwo();
    const browser = await signIn(one.url, await one.create('ci', ['read']), host);
    expect((await at(other, browser)).status).toBe(200);
  });

  it('lets nobody in five seconds after it was ended, however many use it meanwhile, and ends what is open', async () => {
    const { one, other, both } = await startTwo();
    const key = await one.create('ci', ['read', 'work']);
    const [browser, witness] = [await signIn(one.url, key, host), await signIn(one.url, key, host)];
    await one.client().registerPlan({ name: 'p', steps: [{ task: 'a' }] });
    const streams: Awaited<ReturnType<typeof subscribe>>[] = [];
    for (const field of ['taskChanged(runId: "r") { databaseId }', 'changed { readAgain }'])
      for (const server of both) streams.push(await subscribe(server, browser, field));
    const ended: string[] = [];
    const lease = async (server: KeyServer, by: SignedIn, who: string) => {
      await ask(
        server,
        by,
        `mutation { leaseTask(input: { worker: "${who}", requestId: "${who}", planHashes: [], waitMs: 25000 }) { __typename } }`,
      ).catch(() => undefined);
      ended.push(who);
    };
    const waits = both.flatMap((server, index) => [
      lease(server, browser, `ended-${index}`),
      lease(server, witness, `witness-${index}`),
    ]);

    let endedAt = Number.POSITIVE_INFINITY;
    const answers: { sentAt: number; status: number; text: string }[] = [];
    const isOver = () => performance.now() > endedAt + 5500;
    onTestFinished(() => {
      endedAt = 0;
    });
    const use = async (server: KeyServer) => {
      const sentAt = performance.now();
      const { status, text } = await ask(server, browser, '{ tasks(first: 1) { nodes { id } } }');
      answers.push({ sentAt, status, text });
    };
    const users = Array.from({ length: 200 }, async (_, index) => {
      const server = index % 2 === 0 ? one : other;
      do await use(server);
      while (!isOver());
      // Once more, however long the one before took on a machine that has much to do.
      await use(server);
    });
    await eventually(() => expect(answers.length).toBeGreaterThan(400));
    // Where a machine has no time to read again who is signed in, it answers 503.
    expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
    const mine = JSON.parse((await ask(one, browser, '{ viewer { session { databaseId } } }')).text);
    const { databaseId } = mine.data.viewer.session;
    const end = await ask(
      one,
      witness,
      `mutation { endSession(input: { databaseId: ${databaseId} }) { ... on Session { state endedBy } } }`,
    );
    expect(end.json()).toEqual({ data: { endSession: { state: 'ENDED', endedBy: 'service:ci' } } });
    endedAt = performance.now();
    await Promise.all(users);

    const late = answers.filter(({ sentAt }) => sentAt > endedAt + 5000);
    expect(late.length).toBeGreaterThan(0);
    expect(late.filter(({ status }) => status === 200)).toEqual([]);
    expect(late.find(({ status }) => status === 401)?.text).toContain('Your sign-in has ended');
    expect(answers.filter(({ status }) => ![200, 401, 503].includes(status))).toEqual([]);
    await Promise.all(streams.map(({ ended: end }) => end));
    for (const server of both) await eventually(() => expect(server.subscriptions()).toBe(0));
    await eventually(() => expect(ended.slice(0, 2).sort()).toEqual(['ended-0', 'ended-1']));
    for (const server of both) expect((await at(server, witness)).status).toBe(200);
    await Promise.all(waits);
  });

  it('ends with the key that opened it', async () => {
    const { one, both } = await startTwo();
    const browser = await signIn(one.url, await one.create('ci', ['read']), host);
    for (const server of both) expect((await at(server, browser)).status).toBe(200);
    await one.client().revokeKey('ci');
    for (const server of both)
      await eventually(async () => expect((await at(server, browser)).text).toMatch(/was revoked at/));
  });

  it('is noted as used, and ends when it was not for too long', async () => {
    const { one, other, query } = await startTwo();
    const browser = await signIn(one.url, await one.create('ci', ['read']), host);
    await query("UPDATE sessions SET seen_at = clock_timestamp() - interval '1 hour'");
    expect((await at(other, browser)).status).toBe(200);
    await eventually(async () =>
      expect(
        await query("SELECT 1 FROM sessions WHERE seen_at > clock_timestamp() - interval '1 minute'"),
      ).toHaveLength(1),
    );
    await query("UPDATE sessions SET seen_at = clock_timestamp() - interval '5 hours'");
    await eventually(async () =>
      expect((await at(other, browser)).text).toContain('Your session has expired'),
    );
  });
});
