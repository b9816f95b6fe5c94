import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeOnEither, useDatabase } from '../../support/databases.ts';
import { post, serve, type TestServer } from '../serve.ts';

const valid = { task: 'seo.validate', run_id: 'nightly-1', status: 'running' };

describeOnEither('what REST refuses', (database) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db());
    await post(server);
  });

  const unchanged = async () =>
    expect((await server.send('/agents/tasks/')).json()).toEqual([
      expect.objectContaining({ id: 1, status: 'running' }),
    ]);

  it.each([
    '/nothing',
    '/agents',
    '/agents/tasks/1/explode',
    '/agents/tasks/1/2',
    '/agents//tasks',
    '/READY',
  ])('an unknown path, %s, with 404 in JSON', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await server.send(path, { method });
      expect([answer.status, typeof answer.json().detail]).toEqual([404, 'string']);
    }
  });

  it.each([
    ['PUT', '/agents/tasks/1', 'GET, HEAD, PATCH'],
    ['DELETE', '/agents/tasks/1', 'GET, HEAD, PATCH'],
    ['POST', '/agents/tasks/paged', 'GET, HEAD, PATCH'],
    ['DELETE', '/agents/tasks/', 'GET, HEAD, POST'],
    ['GET', '/agents/tasks/1/approve/', 'POST'],
    ['POST', '/ready', 'GET, HEAD'],
    ['OPTIONS', '/ready', 'GET, HEAD'],
    ['TRACE', '/ready', 'GET, HEAD'],
    ['PROPFIND', '/agents/tasks/paged.csv', 'GET, HEAD, PATCH'],
  ])('the method %s on %s with 405 and the methods that are allowed', async (method, path, allowed) => {
    const answer = await server.send(path, { method });
    expect([answer.status, answer.headers.allow, typeof answer.json().detail]).toEqual([
      405,
      allowed,
      'string',
    ]);
    await unchanged();
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
    ';',
    '',
  ])('a body of the type %j with 415', async (type) => {
    const headers = { 'content-type': type };
    const sent = [
      server.send('/agents/tasks/', { method: 'POST', body: JSON.stringify(valid), headers }),
      server.send('/agents/tasks/1', { method: 'PATCH', body: '{"status":"failed"}', headers }),
      server.send('/agents/tasks/1/cancel', { method: 'POST', body: '{"note":"x"}', headers }),
    ];
    for (const answer of await Promise.all(sent)) {
      expect([answer.status, typeof answer.json().detail]).toEqual([415, 'string']);
    }
    await unchanged();
  });

  it.each(['{', '{"task":}', '{"task":"x"} trailing', 'undefined', "{'task':'x'}", '\u0000', '[1,]'])(
    'a body that is not JSON, %j, with 400',
    async (body) => {
      const headers = { 'content-type': 'application/json' };
      for (const [method, path] of [
        ['POST', '/agents/tasks/'],
        ['PATCH', '/agents/tasks/1'],
      ] as const) {
        const answer = await server.send(path, { method, headers, body });
        expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('not JSON')]);
      }
      await unchanged();
    },
  );

  it.each(['null', '1', '"x"', '[]', 'true', ''])('a body that is no object, %j, with 422', async (body) => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    for (const [method, path] of [
      ['POST', '/agents/tasks/'],
      ['PATCH', '/agents/tasks/1'],
    ] as const) {
      const answer = await server.send(path, { method, headers, body });
      expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('"loc":["body"]')]);
    }
    await unchanged();
  });

  it('a body that is not UTF-8 with 400', async () => {
    const body = Buffer.from('{"task":"\xff","run_id":"x","status":"running"}', 'latin1');
    const headers = { 'content-type': 'application/json' };
    expect((await server.send('/agents/tasks/', { method: 'POST', headers, body })).status).toBe(400);
  });

  it('a body over 8 MB with 413, told in advance or found on the way', async () => {
    const body = Buffer.alloc(8 * 1024 * 1024 + 1, ' ');
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const told = await server.send('/agents/tasks/', { method: 'POST', headers, body });
    expect([told.status, typeof told.json().detail]).toEqual([413, 'string']);
    const unknownLength = { ...headers, 'transfer-encoding': 'chunked' };
    const found = await server.send('/agents/tasks/', { method: 'POST', headers: unknownLength, body });
    expect([found.status, typeof found.json().detail]).toEqual([413, 'string']);
    await unchanged();
  });

  it('nesting without end with 400, and 65 levels of inputs with 422', async () => {
    const headers = { 'content-type': 'application/json' };
    for (const open of ['[', '{"a":']) {
      const body = `{"inputs":${open.repeat(100_000)}`;
      expect((await server.send('/agents/tasks/', { method: 'POST', headers, body })).status).toBe(400);
    }
    const inputs = JSON.parse(`{"a":${'['.repeat(65)}${']'.repeat(65)}}`);
    expect((await server.send('/agents/tasks/', { method: 'POST', json: { ...valid, inputs } })).status).toBe(
      422,
    );
    await unchanged();
  });

  it('the keys of prototypes by reading past them', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = `{"__proto__":{"status":"failed"},"constructor":{"prototype":{"x":1}},"duration_ms":1,"duration_ms":2}`;
    const answer = await server.send('/agents/tasks/1', { method: 'PATCH', headers, body });
    expect([answer.status, answer.json()]).toEqual([
      200,
      expect.objectContaining({ status: 'running', duration_ms: 2 }),
    ]);
    const query = await server.send('/agents/tasks/?__proto__=x&constructor=y&toString=z');
    expect(query.status).toBe(200);
    expect(Object.prototype).not.toHaveProperty('x');
  });

  it('a key of inputs that no map can hold', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ ...valid, inputs: JSON.parse('{"__proto__":{"x":1},"a":1}') });
    const answer = await server.send('/agents/tasks/', { method: 'POST', headers, body });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('__proto__');
    expect(answer.text).toContain('expected a name other than');
    await unchanged();
  });

  it('a path with a broken percent-encoding with 400', async () => {
    for (const path of ['/agents/tasks/%', '/%ff', '/agents/tasks/%zz/approve']) {
      const answer = await server.send(path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.json()).toHaveProperty('detail');
    }
  });

  it('nothing with a log entry of an error', () => {
    expect(server.logged).toEqual([]);
  });
});

describe('what is no HTTP', () => {
  const database = useDatabase('postgres');
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db());
  });

  const floods: [string, string, string][] = [
    ['a header flood', `GET /ready HTTP/1.1\r\nHost: localhost\r\n${'X: y\r\n'.repeat(10_000)}\r\n`, '431'],
    ['a long header', `GET /ready HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`, '431'],
    ['a long path', `GET /${'y'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, '431'],
    ['garbage', '\x16\x03\x01\x02\x00\x01\x00', '400'],
    [
      'two lengths',
      'POST /agents/tasks/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      '400',
    ],
    [
      'a length and chunks',
      'POST /agents/tasks/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      '400',
    ],
  ];
  it.each(floods)('%s is answered in JSON and closed', async (_title, sent, status) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    socket.on('error', () => undefined);
    socket.write(sent);
    await once(socket, 'close');
    expect(received.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
    expect(JSON.parse(received.split('\r\n\r\n')[1] ?? '')).toHaveProperty('detail');
    expect((await server.send('/ready')).status).toBe(200);
  });
});

describe('while the database is away', () => {
  const database = useDatabase('postgres');

  it('everything is 503 with Retry-After, and /ready says so', async () => {
    const db = await database.openFresh();
    const server = await serve(db);
    await db.close();
    for (const path of ['/agents/tasks/', '/agents/tasks/1', '/agents/tasks/paged.csv']) {
      const answer = await server.send(path);
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
      expect(answer.json()).toHaveProperty('detail');
    }
    expect((await server.send('/agents/tasks/', { method: 'POST', json: valid })).status).toBe(503);
    const ready = await server.send('/ready');
    expect([ready.status, ready.json()]).toEqual([503, { ok: false, checks: expect.any(Object) }]);
  });
});
