import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { useDatabase } from '../../support/databases.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';

const body = JSON.stringify({ query: 'subscription { taskChanged(runId: "r") { id } }' });

describe('The open streams of a server', () => {
  const database = useDatabase('postgres');
  const sockets: Socket[] = [];
  let server: RunningServer;
  beforeAll(async () => {
    const config = readServerConfig({
      PORT: '0',
      LOG_LEVEL: 'silent',
      MAX_STREAMS_PER_VIEWER: '6',
      MAX_STREAMS: '8',
      RATE_LIMIT: '1000000/h',
    });
    server = await startServer({ ...config, database: database.config() });
    return () => server.close();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await expect.poll(() => server.store.changes.size).toBe(0);
  });

  const open = async (text: string) => {
    const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1' });
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  };
  const requestText = (key?: string, version = '1.1') =>
    `POST /graphql HTTP/${version}\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n${key ? `X-Admin-Key: ${key}\r\n` : ''}Content-Length: ${body.length}\r\n\r\n${body}`;
  /** Opens a stream and gives its connection with the head of its answer. */
  const subscribe = async (key?: string) => {
    const socket = await open(requestText(key));
    const [head] = await once(socket, 'data');
    return { socket, head: String(head) };
  };

  it('are bounded for each caller with 429 and for all with 503, in sentences', async () => {
    for (let count = 0; count < 3; count += 1) expect((await subscribe()).head).toMatch(/^HTTP\/1\.1 200 /);
    const stranger = await subscribe();
    expect(stranger.head).toMatch(/^HTTP\/1\.1 429 /);
    expect(stranger.head).toMatch(/ratelimit-policy: "streams";q=3;qu="concurrent-requests"/i);
    expect(stranger.head).toMatch(/retry-after: 5/i);
    for (let count = 0; count < 5; count += 1)
      expect((await subscribe(server.key)).head).toMatch(/^HTTP\/1\.1 200 /);
    const last = await subscribe(server.key);
    expect(last.head).toMatch(/^HTTP\/1\.1 503 /);
    expect(last.head).toMatch(/retry-after: 5/i);
  });

  it('give their places back in whatever way they end', async () => {
    const ways: ((socket: Socket) => unknown)[] = [
      (socket) => socket.destroy(),
      (socket) => socket.resetAndDestroy(),
      (socket) => socket.end(),
    ];
    for (let round = 0; round < 12; round += 1) {
      const way = ways[round % ways.length] ?? ways[0];
      // At once, while its request is read, and after its head has come.
      way?.(await open(requestText(server.key)));
      const cut = await open(requestText(server.key).slice(0, -10));
      cut.write(body.slice(-10));
      setImmediate(() => way?.(cut));
      const { socket, head } = await subscribe(server.key);
      if (!/^HTTP\/1\.1 (200|503|429) /.test(head)) expect.fail(head);
      way?.(socket);
    }
    await expect.poll(() => server.store.changes.size).toBe(0);
    const heads = [];
    for (let count = 0; count < 7; count += 1) heads.push((await subscribe(server.key)).head.slice(9, 12));
    expect(heads).toEqual([...Array(6).fill('200'), '429']);
    sockets.at(-2)?.destroy();
    await expect.poll(async () => (await subscribe(server.key)).head.slice(9, 12)).toBe('200');
  });

  it('count among the requests of their callers, whose answers say what is left', async () => {
    const { head } = await subscribe(server.key);
    expect(head).toMatch(/ratelimit: "requests";r=\d+;t=1/i);
    const json = { query: '{ viewer { id } }' };
    const { headers } = await send(server.url, '/graphql', { method: 'POST', key: server.key, json });
    expect(headers['ratelimit-policy']).toBe('"requests";q=1000000;w=3600');
  });
});
