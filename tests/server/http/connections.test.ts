import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { ServerParts } from '../../../server/buildServer.ts';
import { createBodyBudget } from '../../../server/http/bodyBudget.ts';
import { describeOnEither } from '../../support/databases.ts';
import { serve, type TestServer } from '../serve.ts';

describeOnEither('The connections of a server', (database) => {
  /** Opens a connection, sends what is given, and collects what comes. */
  async function open(
    server: TestServer,
    text = '',
    /** Whether it stays open when the server has ended its side. */
    allowHalfOpen = false,
  ): Promise<{ socket: Socket; came: () => string }> {
    const port = Number(new URL(server.url).port);
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.write(text);
    return { socket, came: () => Buffer.concat(chunks).toString() };
  }

  const closed = async ({ socket }: { socket: Socket }) => {
    if (!socket.closed) await once(socket, 'close');
  };
  const slowBody =
    'POST /agents/tasks/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"task":';

  it('that carry nothing make room for new ones, the oldest first', async () => {
    const server = await serve(database.db(), {}, { maxConnections: 10 });
    const idle = [];
    for (let index = 0; index < 10; index += 1) idle.push(await open(server));
    expect((await server.send('/agents/tasks/')).status).toBe(200);
    await closed(idle[0] as { socket: Socket });
    expect(idle.slice(1).every(({ socket }) => !socket.closed)).toBe(true);
    for (let index = 0; index < 200; index += 1) await open(server);
    expect((await server.send('/agents/tasks/')).status).toBe(200);
  });

  it('whose bodies have yet to arrive make room when all others are busy', async () => {
    const server = await serve(database.db(), {}, { maxConnections: 10 });
    const slow = [];
    for (let index = 0; index < 10; index += 1) slow.push(await open(server, slowBody));
    // Each of these finds either one that has carried nothing yet or one whose body is on its way.
    for (let index = 0; index < 5; index += 1) expect((await server.send('/agents/tasks/')).status).toBe(200);
  });

  it('end when headers or a body take too long to arrive, with an answer that says so', async () => {
    const server = await serve(database.db(), {}, { headersTimeoutMs: 200, requestTimeoutMs: 400 });
    const silent = await open(server);
    const headers = await open(server, 'GET / HTTP/1.1\r\nHost: loc');
    const body = await open(server, slowBody);
    await Promise.all([silent, headers, body].map(closed));
    expect(headers.came()).toContain('408 Request Timeout');
    expect(body.came()).toContain('408 Request Timeout');
  });

  it('end in the same time though a byte of their headers or body comes again and again', async () => {
    const server = await serve(database.db(), {}, { headersTimeoutMs: 300, requestTimeoutMs: 600 });
    const headers = await open(server, 'GET / HTTP/1.1\r\nX-Slow: ');
    const body = await open(server, slowBody);
    const trickle = setInterval(() => {
      for (const { socket } of [headers, body]) if (socket.writable) socket.write('x');
    }, 20);
    onTestFinished(() => clearInterval(trickle));
    // A connection may end with an error, since more comes than is read.
    await expect.poll(() => [headers, body].every(({ socket }) => socket.closed)).toBe(true);
    expect((await server.send('/agents/tasks/')).status).toBe(200);
  });

  it('are kept for the next request, and end when none comes', async () => {
    const server = await serve(database.db(), {}, { keepAliveMs: 500 });
    const get = 'GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const kept = await open(server, get);
    await expect.poll(kept.came).toContain('"ok":true');
    expect(kept.came()).toContain('keep-alive');
    await closed(kept);
  });

  it.each(['/graphql', '/agents/tasks/'])(
    'that were told so end though their caller keeps them open, and what came of a body for %s takes no room any more',
    async (path) => {
      const bodies = createBodyBudget({ limits: { callers: 100_000 } });
      const server = await serve(database.db(), {}, { headersTimeoutMs: 200, requestTimeoutMs: 400, bodies });
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nX-Admin-Key: ${server.key}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n`;
      for (let index = 0; index < 3; index += 1) await open(server, head + ' '.repeat(40_000), true);
      await expect.poll(() => server.connections()).toBe(0);
      const json = path === '/graphql' ? { query: `{ viewer { id } } # ${'x'.repeat(20_000)}` } : {};
      const { status } = await server.send(path, { method: 'POST', json });
      expect(status).toBe(path === '/graphql' ? 200 : 422);
    },
  );

  it('end when their reader takes nothing of a large answer, and only then', async () => {
    const server = await serve(database.db(), {}, { readerTimeoutMs: 300 });
    await database.db().query({
      text: `INSERT INTO agents_tasks (task, run_id, status, log_excerpt)
        SELECT 'x', 'a', 'running', repeat('u', 60000) FROM generate_series(1, 200)`,
    });
    const get = 'GET /agents/tasks/paged?limit=200 HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const slow = await open(server, get);
    slow.socket.pause();
    // A connection that is paused does not hear of its end.
    await expect.poll(() => server.connections()).toBe(0);
    expect((await server.send('/agents/tasks/paged?limit=200')).body.length).toBeGreaterThan(12_000_000);
  });

  it('end while too much waits for readers, those with the largest answers first', async () => {
    let asked = 0;
    const graphql: ServerParts['graphql'] = async () => (request, response) => {
      asked += 1;
      response.end('x'.repeat(Number(request.url?.split('?')[1])));
    };
    const server = await serve(database.db(), {}, { maxUnsentBytes: 16 * 1024 * 1024, graphql });
    const ask = async (bytes: number) => {
      const reader = await open(server, `GET /graphql?${bytes} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      reader.socket.pause();
      return reader;
    };
    for (let index = 0; index < 6; index += 1) await ask(12_000_000);
    const modest = await ask(9_000_000);
    await expect.poll(() => asked).toBe(7);
    // What is left fits.
    await expect.poll(() => server.connections()).toBe(1);
    modest.socket.resume();
    await expect.poll(() => modest.came().length).toBeGreaterThan(9_000_000);
  });
});
