import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../support/databases.ts';
import { sized } from '../support/form.ts';
import { type SmallServer, startSmallServer } from './support/smallServer.ts';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** How a proxy says that it passes a request on: then its caller is a stranger. */
const passedOn = { 'x-forwarded-for': '203.0.113.9' };
/** Ways to send a body: its size told in advance, found on the way, or by a stranger. */
const ways: Record<string, string>[] = [{}, { 'transfer-encoding': 'chunked' }, passedOn];
const json = { 'content-type': 'application/json' };

describe('A server with little memory', () => {
  const database = useDatabase('postgres');
  let server: SmallServer;
  beforeAll(async () => {
    server = await startSmallServer(database.config(), {
      MAX_CONNECTIONS: sized({ short: '250', full: '2000' }),
    });
  });
  afterAll(() => server.close());

  afterEach(async () => {
    expect(server.fault()).toBeUndefined();
    expect((await server.send('/agents/tasks/?limit=1'))?.status).toBe(200);
    expect((await server.graphql('{ viewer { id } }'))?.status).toBe(200);
  });

  const statuses = (answers: ({ status: number } | undefined)[]) => [
    ...new Set(answers.map((answer) => answer?.status ?? 'ended')),
  ];

  it('refuses queries of 8 MB, however many come at once, from those who may call and from strangers', async () => {
    const body = JSON.stringify({ query: `{ viewer { id } } # ${'x'.repeat(7_900_000)}` });
    for (const headers of [json, { ...json, ...passedOn }]) {
      const answers = await Promise.all(
        times(sized({ short: 24, full: 200 }), () =>
          server.send('/graphql', { method: 'POST', headers, body }),
        ),
      );
      // What no longer fits into memory is sent away for a moment, or its connection ends.
      expect([408, 413, 503, 'ended']).toEqual(expect.arrayContaining(statuses(answers)));
    }
  });

  it('refuses bodies of 20 MB on every path, told in advance or not, compressed or not', async () => {
    const body = Buffer.alloc(20 * 1024 * 1024, ' ');
    const paths = [
      '/agents/tasks/',
      '/agents/tasks/1/approve',
      '/graphql',
      '/webhooks/github',
      '/a/x',
      '/none',
    ];
    for (const path of paths) {
      for (const more of ways) {
        const headers: Record<string, string> = { ...json, 'x-hub-signature-256': 'sha256=00', ...more };
        const answer = await server.send(path, { method: 'POST', headers, body });
        expect([401, 403, 404, 408, 413, 415, 503, undefined]).toContain(answer?.status);
      }
    }
    const bomb = gzipSync(body);
    for (const path of ['/agents/tasks/', '/graphql']) {
      const headers = { ...json, 'content-encoding': 'gzip' };
      const answer = await server.send(path, { method: 'POST', headers, body: bomb });
      expect([400, 415]).toContain(answer?.status);
    }
  });

  it('keeps no more documents than fit, though each is valid and comes once', async () => {
    // Some 350 KB each as a parsed document: together more than the heap has left, and in the full form several times it.
    const others = times(105, (index) => `query R${index} { viewer { id scopes } }`).join(' ');
    for (let index = 0; index < sized({ short: 250, full: 3000 }); index += 1) {
      const operationName = `Q${index}`;
      const query = `query ${operationName} { viewer { id } } ${others} # ${'x'.repeat(25_000)}`;
      const headers = { ...json, ...passedOn };
      const answer = await server.send('/graphql', {
        method: 'POST',
        headers,
        json: { query, operationName },
      });
      expect(answer?.status).toBe(200);
    }
  });

  it('answers deep nesting and thousands of aliases of strangers with an error', async () => {
    const queries = [
      '{ a '.repeat(1000),
      `{ ${times(10_000, (index) => `a${index}: viewer { id }`).join(' ')} }`,
    ];
    for (const query of queries) {
      const headers = { ...json, ...passedOn, accept: 'application/graphql-response+json' };
      const answer = await server.send('/graphql', { method: 'POST', headers, json: { query } });
      expect([400, 413]).toContain(answer?.status);
    }
  });

  it('serves others beside thousands of idle connections and slow bodies', async () => {
    const count = sized({ short: 300, full: 3000 });
    const slow = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"query":`;
    const sockets = [];
    for (let index = 0; index < count; index += 1)
      sockets.push(await server.open(index % 2 === 0 ? '' : slow));
    for (let round = 0; round < 5; round += 1)
      expect((await server.send('/agents/tasks/?limit=1'))?.status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it('streams lists of large rows to readers that take nothing', async () => {
    await database.db().query({
      text: `INSERT INTO agents_tasks (task, run_id, status, log_excerpt)
        SELECT 'x', 'large', 'running', repeat('u', 65000) FROM generate_series(1, 1000)`,
    });
    const get = 'GET /agents/tasks/?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const readers = await Promise.all(
      times(sized({ short: 5, full: 50 }), () => server.open(get, 'beginning')),
    );
    const whole = await server.send('/agents/tasks/?limit=1000&run_id=large');
    expect(whole?.body.length).toBeGreaterThan(65_000_000);
    for (const reader of readers) reader.destroy();
  });

  it('answers many pages of large rows at once', async () => {
    await database.db().query({
      text: `INSERT INTO agents_tasks (task, run_id, status, log_excerpt)
        SELECT 'x', 'pages', 'running', repeat('u', 65000) FROM generate_series(1, 200)`,
    });
    const page = '/agents/tasks/paged?limit=200&run_id=pages';
    const answers = await Promise.all(times(sized({ short: 10, full: 50 }), () => server.send(page)));
    expect(answers.map((answer) => answer?.json<{ items: unknown[] }>().items.length)).toEqual(
      answers.map(() => 200),
    );
  });

  it('bounds the subscriptions of one caller, and holds no rows for those that take nothing', async () => {
    const count = sized({ short: 120, full: 1900 });
    const query = 'subscription { taskChanged(runId: "watched") { id logExcerpt } }';
    const body = JSON.stringify({ query });
    const subscribe = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const heads: string[] = [];
    const sockets = [];
    for (let index = 0; index < count; index += 1) {
      const socket = await server.open('', 'beginning');
      socket.once('data', (chunk) => {
        heads.push(chunk.toString('latin1', 0, 12));
        socket.pause();
      });
      socket.write(subscribe);
      sockets.push(socket);
    }
    const refused = () => heads.filter((head) => head === 'HTTP/1.1 429').length;
    await expect.poll(() => heads.length).toBe(count);
    expect([heads.length - refused(), refused()]).toEqual([100, count - 100]);
    const log_excerpt = 'x'.repeat(60_000);
    // What all of them would hold is more than the heap.
    for (let index = 0; index < sized({ short: 30, full: 100 }); index += 1) {
      const task = { task: `t${index}`, run_id: 'watched', status: 'running', log_excerpt };
      expect((await server.send('/agents/tasks/', { method: 'POST', json: task }))?.status).toBe(201);
    }
    for (const socket of sockets) socket.destroy();
  });

  it('lets hundreds of requests wait for work of different plans, and bounds those of one worker', async () => {
    const count = sized({ short: 150, full: 1400 });
    const mutation = `mutation ($input: LeaseTaskInput!) { leaseTask(input: $input) { ... on LeaseOffer { lease { task } } } }`;
    const ask = (worker: string, index: number) =>
      server.graphql(mutation, {
        input: {
          worker,
          requestId: crypto.randomUUID(),
          waitMs: sized({ short: 4000, full: 10_000 }),
          planHashes: [index.toString(16).padStart(64, '0')],
        },
      });
    const [one, many] = await Promise.all([
      Promise.all(times(140, (index) => ask('one', index))),
      Promise.all(times(count - 140, (index) => ask(`w${index}`, index))),
    ]);
    // How many wait at the same time depends on the machine; each is answered one way or the other.
    const refused = one.filter((answer) => answer?.status === 429);
    expect([200, 429]).toEqual(expect.arrayContaining(statuses(one)));
    for (const answer of refused) {
      expect(answer?.json<{ errors: object[] }>().errors[0]).toMatchObject({
        message: expect.stringContaining('Give each worker its own name'),
        extensions: { code: 'TOO_MANY_REQUESTS' },
      });
      expect(answer?.headers['retry-after']).toBe('5');
    }
    expect(statuses(many)).toEqual([200]);
  });
});
