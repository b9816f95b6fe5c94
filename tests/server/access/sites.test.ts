import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../support/databases.ts';
import { post, serve, type TestServer } from '../serve.ts';

const key = 'a-key-of-sixteen-characters';

describe('requests that a page of another site makes a browser send', () => {
  const database = useDatabase('postgres');
  let open: TestServer;
  let keyed: TestServer;
  let trusting: TestServer;
  beforeAll(async () => {
    open = await serve(database.db());
    keyed = await serve(database.db(), { adminApiKey: key });
    trusting = await serve(database.db(), { corsOrigins: ['https://tools.example.org'] });
  });

  const paths = ['/', '/ready', '/agents/tasks/', '/agents/tasks/paged.csv', '/graphql', '/docs', '/nothing'];
  it.each(paths)('are refused at %s when their Host is foreign', async (path) => {
    for (const host of ['evil.example', 'evil.example:8001', '127.0.0.1.evil.example', '10.0.0.7:8001']) {
      const answer = await open.send(path, { headers: { host } });
      expect(answer.status).toBe(403);
      expect(answer.json()).toHaveProperty('detail');
    }
  });

  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:9999', '[::1]:8001', '[::1]'])(
    'are answered when their Host is %s',
    async (host) => {
      expect((await open.send('/ready', { headers: { host } })).status).toBe(200);
      expect((await open.send('/graphql', { headers: { host } })).text).toBe('graphql');
    },
  );

  it('are not read by whoever comes through a proxy that adds no header, but with a key', async () => {
    const overHttp10 = async (server: TestServer, headers = '') => {
      const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1' });
      socket.write(
        `GET /agents/tasks/ HTTP/1.0\r\nHost: ${new URL(server.url).host}\r\nConnection: close\r\n${headers}\r\n`,
      );
      return await text(socket);
    };
    const refused = await overHttp10(open);
    expect(refused).toMatch(/^HTTP\/1\.1 401 /);
    expect(refused).toContain('The request came through a proxy (HTTP/1.0)');
    expect(await overHttp10(keyed, `X-Admin-Key: ${key}\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
  });

  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost.evil.example' },
    { origin: 'http://localhost:3000' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' },
  ];
  it.each(foreign)('change nothing with %j', async (headers) => {
    const task = await post(open, { status: 'awaiting_approval' });
    const json = { task: 'evil', run_id: 'nightly-1', status: 'running' };
    const sent = [
      open.send('/agents/tasks/', { method: 'POST', headers, json }),
      open.send(`/agents/tasks/${task.id}`, { method: 'PATCH', headers, json: { status: 'failed' } }),
      open.send(`/agents/tasks/${task.id}/approve`, { method: 'POST', headers }),
      open.send('/agents/tasks/before?date=2999-01-01', { method: 'DELETE', headers }),
      open.send('/graphql', { method: 'POST', headers, json: { query: 'mutation { x }' } }),
    ];
    for (const answer of await Promise.all(sent)) expect(answer.status).toBe(403);
    expect((await open.send(`/agents/tasks/${task.id}`)).json()).toEqual(task);
    expect((await open.send('/agents/tasks/paged?task=evil')).json().items).toEqual([]);
  });

  it('are answered without leave to read them when they only read', async () => {
    const answer = await open.send('/agents/tasks/', { headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('are the server’s own when they come from its own origin', async () => {
    const own: Record<string, string>[] = [
      { origin: open.url },
      { origin: open.url.replace('127.0.0.1', 'localhost') },
      { origin: open.url, 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ];
    const json = { task: 'own', run_id: 'nightly-1', status: 'running' };
    for (const headers of own) {
      expect((await open.send('/agents/tasks/', { method: 'POST', headers, json })).status).toBe(201);
    }
  });

  it('are foreign also where a key is set, unless they carry it', async () => {
    const host = 'nightshift.example.org';
    expect((await keyed.send('/agents/tasks/', { headers: { host } })).status).toBe(403);
    const carrying = { host, 'x-admin-key': key, origin: 'https://elsewhere.example' };
    expect((await keyed.send('/agents/tasks/', { headers: carrying })).status).toBe(200);
  });

  it('are foreign from the plain HTTP of a host that has HTTPS', async () => {
    const headers = { host: 'tools.example.org', origin: 'http://tools.example.org' };
    const json = { task: 'evil', run_id: 'nightly-1', status: 'running' };
    const plain = await trusting.send('/agents/tasks/', { method: 'POST', headers, json });
    expect([plain.status, plain.text]).toEqual([403, expect.stringContaining('may not call this server')]);
  });

  it('are trusted from the origins that are configured, which also get CORS headers', async () => {
    const origin = 'https://tools.example.org';
    const json = { task: 'own', run_id: 'nightly-1', status: 'running' };
    const posted = await trusting.send('/agents/tasks/', { method: 'POST', headers: { origin }, json });
    expect(posted.status).toBe(201);
    expect(posted.headers['access-control-allow-origin']).toBe(origin);
    const preflight = await trusting.send('/agents/tasks/', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-methods']).toContain('PATCH');
    expect((await trusting.send('/ready', { headers: { host: 'tools.example.org' } })).status).toBe(200);
  });
});
