import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createClient, expectType } from '../../../client/index.ts';
import { refuseGraphiql } from '../../../server/access/graphiql.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import type { GraphiqlMode } from '../../../server/settings/graphql.ts';
import { useDatabase } from '../../support/databases.ts';
import { receiveWebhooks } from '../notifications/receiver.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';

const asBrowser = { accept: 'text/html' };
const operation = { method: 'POST', json: { query: '{ viewer { id } }' } };
/** What a proxy adds, by which it is known that somebody elsewhere may ask. */
const passedOn: Record<string, string>[] = [
  { 'x-forwarded-for': '10.0.0.7' },
  { forwarded: 'for=10.0.0.7' },
  { via: '1.1 proxy' },
  { 'x-real-ip': '127.0.0.1' },
];

/** Serves GraphiQL as it is set until the end of the block of tests. */
function serveGraphiql(mode: GraphiqlMode) {
  const database = useDatabase('postgres');
  let server: RunningServer;
  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', GRAPHIQL: mode });
    server = await startServer({ ...config, database: database.config() }, { findPage: () => undefined });
    return () => server.close();
  });
  return {
    database,
    get: (path: string, headers: Record<string, string> = {}) =>
      send(server.url, path, { headers: { ...asBrowser, ...headers } }),
    ask: (headers: Record<string, string> = {}) => send(server.url, '/graphql', { ...operation, headers }),
  };
}

describe('GRAPHIQL=off', () => {
  const { database, get, ask } = serveGraphiql('off');

  it('shows GraphiQL to nobody, and says so', async () => {
    for (const path of ['/graphql', '/graphql?query={viewer{id}}']) {
      const { status, headers, text } = await get(path);
      expect([status, headers['content-type']]).toEqual([404, 'application/json; charset=utf-8']);
      expect(JSON.parse(text).errors).toEqual([
        {
          message:
            'GraphiQL is switched off on this server (GRAPHIQL=off). Send operations as POST with Content-Type: application/json.',
          extensions: { code: 'GRAPHIQL_OFF' },
        },
      ]);
    }
  });

  it('leaves all else of GraphQL as it is', async () => {
    expect((await ask()).json()).toEqual({ data: { viewer: { id: 'local' } } });
  });

  it('has the first page lead to all but GraphiQL', async () => {
    const { text } = await get('/');
    expect(text).not.toContain('GraphiQL');
    expect(text).not.toContain('/graphql');
    expect(text).toContain('href="/docs"');
  });

  it.each([
    ['/runs/nightly-1', 'nightshift view nightly-1'],
    ['/tasks/42', 'nightshift view 42'],
    ['/approvals/42', 'nightshift view 42'],
    ['/plans/acme%2Fsite:nightly', 'nightshift schedule --plan acme/site:nightly'],
    ["/runs/%3Cb%3E'; rm -rf", "nightshift view '<b>'\\''; rm -rf'"],
  ])('has the address %s of a notification tell the command that shows it', async (path, command) => {
    const { status, headers, text } = await get(path.replaceAll(' ', '%20'));
    expect([status, headers['content-type']]).toEqual([404, 'application/json; charset=utf-8']);
    expect(JSON.parse(text).detail).toBe(
      `GraphiQL is switched off on this server (GRAPHIQL=off). This shows what you are looking for: ${command}`,
    );
  });

  it.each([
    [{ GRAPHIQL: 'off' }, 'look'],
    [{ GRAPHIQL: 'loopback', PUBLIC_URL: 'https://night.example.org' }, 'look'],
    [{ GRAPHIQL: 'loopback' }, 'task_url'],
    [{}, 'task_url'],
  ] as const)('has notifications of %o tell where to look by %s', async (variables, field) => {
    const hooks = await receiveWebhooks();
    const channel = { EMAIL_WEBHOOK: `${hooks.url}/email`, OUTBOUND_ALLOW: '127.0.0.1' };
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', ...channel, ...variables });
    const unbuilt = { findPage: () => undefined };
    const server = await startServer({ ...config, database: await database.createFresh() }, unbuilt);
    onTestFinished(() => server.close());
    const client = createClient({ url: server.url, apiKey: server.key });
    const definition = { name: 'night', steps: [{ task: 'fails' }] };
    await client.startRun({ definition, runId: 'night-1', exclusive: true });
    const offer = expectType(await client.leaseTask({ worker: 'w', runIds: ['night-1'] }), 'LeaseOffer');
    const ended = { ending: 'EXIT' as const, exitCode: 1, durationMs: 5, outputs: {} };
    await client.finishAttempt({ leaseId: offer.lease?.leaseId ?? '', ...ended });
    await expect.poll(() => hooks.to('/email').length).toBeGreaterThan(0);
    const told = Object.keys(hooks.to('/email')[0]?.body);
    expect(told.filter((name) => name === 'look' || name === 'task_url')).toEqual([field]);
  });
});

describe('GRAPHIQL=loopback', () => {
  const { get, ask } = serveGraphiql('loopback');

  it('shows GraphiQL to a browser of the server’s own computer', async () => {
    const page = await get('/graphql');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await get('/')).text).toContain('href="/graphql"');
    expect((await get('/runs/nightly-1')).status).toBe(302);
  });

  it.each(passedOn)('shows it to nobody whose request was passed on, as %o says', async (headers) => {
    const page = await get('/graphql', headers);
    expect(page.status).toBe(404);
    expect(page.text).toContain('GRAPHIQL=loopback');
    expect((await get('/', headers)).text).not.toContain('/graphql');
    expect((await get('/runs/nightly-1', headers)).status).toBe(404);
    expect((await ask(headers)).status).not.toBe(404);
  });

  it.each([
    ['127.0.0.1', 'shown'],
    ['::1', 'shown'],
    ['::ffff:127.0.0.1', 'shown'],
    ['10.0.0.7', 'refused'],
    ['::ffff:10.0.0.7', 'refused'],
    [undefined, 'refused'],
  ])('to a connection from %s it is %s', (remoteAddress, expected) => {
    const refusal = refuseGraphiql('loopback', { headers: {}, remoteAddress });
    expect(refusal === undefined ? 'shown' : 'refused').toBe(expected);
  });
});
