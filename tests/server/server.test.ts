import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readLock } from '../../database/lock.ts';
import { readServerConfig, type ServerConfig } from '../../server/config.ts';
import { ListenError } from '../../server/http/listen.ts';
import type { RunningServer, ServerOverrides } from '../../server/server.ts';
import { describeOnBothFresh, useDatabase, useFreshDatabases } from '../support/databases.ts';
import { send } from './serve.ts';
import { startServer } from './startServer.ts';

async function start(
  database: ServerConfig['database'],
  overrides?: ServerOverrides,
  environment: Record<string, string> = {},
): Promise<RunningServer> {
  const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', ...environment });
  const server = await startServer({ ...config, database }, overrides);
  onTestFinished(() => server.close());
  return server;
}

const task = { task: 'seo.validate', run_id: 'nightly-1', status: 'running' };

describeOnBothFresh('a server', (database) => {
  it('answers REST and GraphQL from one database, and closes', async () => {
    const server = await start(await database.createFresh());
    expect((await send(server.url, '/ready')).json()).toMatchObject({ ok: true });
    await send(server.url, '/agents/tasks/', { method: 'POST', json: task });
    const json = { query: '{ tasks { nodes { task status } } }' };
    const answer = await send(server.url, '/graphql', { method: 'POST', json });
    expect(answer.json()).toEqual({
      data: { tasks: { nodes: [{ task: 'seo.validate', status: 'RUNNING' }] } },
    });
    await server.close();
    await server.close();
    await expect(send(server.url, '/ready')).rejects.toThrow();
  });

  it('finishes what it is answering before it closes, and ends subscriptions at once', async () => {
    const server = await start(await database.createFresh());
    const query = 'subscription { taskChanged(runId: "nightly-1") { task } }';
    const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
    const stream = request(`${server.url}/graphql`, { method: 'POST', headers });
    stream.end(JSON.stringify({ query }));
    const [events] = await once(stream, 'response');
    expect(events.statusCode).toBe(200);
    events.resume().on('error', () => undefined);
    const cutOff = new Promise<void>((resolve) => events.on('close', resolve));

    const slow = connect(Number(new URL(server.url).port), '127.0.0.1').setEncoding('utf8');
    const body = JSON.stringify(task);
    slow.write(
      `POST /agents/tasks/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await send(server.url, '/ready');
    const closed = server.close();
    await cutOff;
    slow.write(body);
    const [answer] = await once(slow, 'data');
    expect(answer).toContain('201 Created');
    await closed;
  });
});

describe('starting a server', () => {
  const embedded = useFreshDatabases('pglite');
  const database = useDatabase('postgres');

  it('names the port that is taken and what to do, and leaves the database', async () => {
    const first = await start(database.config());
    const { port } = new URL(first.url);
    const second = start(database.config(), {}, { PORT: port });
    await expect(second).rejects.toThrow(ListenError);
    await expect(second).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
    await expect(second).rejects.toThrow('PORT');
  });

  it('writes its URL where other processes find it', async () => {
    const config = await embedded.createFresh();
    if (!('dataDir' in config)) throw new Error('expected a directory');
    const server = await start(config);
    expect(readLock(config.dataDir)?.url).toBe(server.url);
    await server.close();
    expect(readLock(config.dataDir)).toBeNull();
  });

  it('waits no longer than it was told for a request that does not end', async () => {
    const server = await start(database.config(), { drainMillis: 200 });
    const stuck = connect(Number(new URL(server.url).port), '127.0.0.1');
    stuck.on('error', () => undefined);
    stuck.write(
      'POST /agents/tasks/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
    );
    await send(server.url, '/ready');
    const ended = once(stuck, 'close');
    await server.close();
    await ended;
  });

  it('listens beyond loopback with a key, and asks everybody for it', async () => {
    const key = 'a-key-of-sixteen-characters';
    const server = await start(database.config(), {}, { HOST: '0.0.0.0', ADMIN_API_KEY: key });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await send(server.url, '/agents/tasks/', { key: null })).status).toBe(401);
    const json = { query: '{ tasks { nodes { task } } }' };
    const refused = await send(server.url, '/graphql', { method: 'POST', json, key: null });
    expect(refused.text).toContain('errors');
    const headers = { authorization: `Bearer ${key}` };
    expect((await send(server.url, '/agents/tasks/', { headers })).status).toBe(200);
  });
});
