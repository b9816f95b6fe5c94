import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as ask, createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpFetch, LateError, type Question } from '../../client/httpFetch.ts';
import { networkReason } from '../../contract/networkError.ts';
import { waitLimitMs } from '../support/hangLimit.ts';
import { spawnNode } from '../support/spawnNode.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url));

describe('The fetch of the client', () => {
  async function listening(server: Server & { closeAllConnections?(): void }): Promise<number> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections?.();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }
  const serve = async (listener: RequestListener) =>
    new URL(`http://127.0.0.1:${await listening(createServer(listener))}/graphql`);
  const question = (more: Question = {}): Question => ({ method: 'POST', body: '{}', ...more });
  const bounds = { timeoutMs: waitLimitMs };
  const failureOf = (answer: Promise<unknown>) => answer.then(() => undefined).catch((error: Error) => error);

  it('sends method, headers and body, and gives status, headers and text', async () => {
    const url = await serve(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      const { method, url: path, headers } = request;
      response.writeHead(418, { 'content-type': 'application/json', 'retry-after': '7' });
      response.end(
        JSON.stringify({ body, method, path, key: headers.authorization, as: headers['content-length'] }),
      );
    });
    const headers: [string, string][] = [['authorization', 'Bearer key']];
    const answer = await httpFetch(url, question({ body: '{"name":"Łukasz"}', headers }), bounds);
    expect([answer.ok, answer.status]).toEqual([false, 418]);
    expect(answer.headers.get('Retry-After')).toBe('7');
    expect(answer.headers.get('constructor')).toBeNull();
    expect(JSON.parse(await answer.text())).toMatchObject({
      body: '{"name":"Łukasz"}',
      method: 'POST',
      path: '/graphql',
      as: '18',
    });
  });

  it('uses one connection for requests that follow each other', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('{}');
    });
    for (let count = 0; count < 5; count += 1) await httpFetch(url, question(), bounds);
    expect(ports.size).toBe(1);
  });

  it('says of a broken network what fetch says', async () => {
    const hungUp = await serve((request) => void request.socket.destroy());
    const cut = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{');
      setImmediate(() => response.socket?.destroy());
    });
    const closed = createServer();
    const refused = new URL(`http://127.0.0.1:${await listening(closed)}/graphql`);
    closed.close();
    await once(closed, 'close');
    const unknown = new URL('http://nightshift.invalid/graphql');
    for (const url of [hungUp, cut, refused, unknown]) {
      const own = await failureOf(httpFetch(url, question(), bounds));
      const usual = await failureOf(
        fetch(url, { method: 'POST', body: '{}' }).then((answer) => answer.text()),
      );
      expect(own).toBeInstanceOf(TypeError);
      expect(networkReason(own)).toBe(networkReason(usual));
    }
  });

  it('stops with the reason of its signal, before the answer and in the middle of it', async () => {
    const begun = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const url = await serve((request, response) => {
      request.socket.once('close', () => gone.resolve());
      if (request.headers['x-answers'] === 'yes') response.write('{');
      begun.resolve();
    });
    const reason = new Error('enough');
    expect(await failureOf(httpFetch(url, question({ signal: AbortSignal.abort(reason) }), bounds))).toBe(
      reason,
    );
    for (const answers of ['no', 'yes']) {
      const stop = new AbortController();
      const headers: [string, string][] = [['x-answers', answers]];
      const answer = failureOf(httpFetch(url, question({ signal: stop.signal, headers }), bounds));
      await begun.promise;
      stop.abort(reason);
      expect(await answer).toBe(reason);
    }
    await gone.promise;
  });

  it('ends after its time, in the middle of an answer too', async () => {
    const url = await serve((_request, response) => void response.write('{'));
    const failure = await failureOf(httpFetch(url, question(), { timeoutMs: 50 }));
    expect(failure).toBeInstanceOf(LateError);
    expect(failure?.message).toBe('no answer within 50 ms');
  });

  it('keeps no more of an answer than its bound', async () => {
    const url = await serve((_request, response) => void response.end('x'.repeat(3 * 1024 * 1024)));
    const failure = await failureOf(httpFetch(url, question(), { ...bounds, maxBytes: 2 * 1024 * 1024 }));
    expect(failure?.message).toBe('the answer is larger than 2 MiB');
    expect(failure).not.toBeInstanceOf(TypeError);
  });

  it('follows a redirect that keeps the request, and takes its key to no other server', async () => {
    const seen: unknown[] = [];
    const end = await serve((request, response) => {
      seen.push([request.method, request.url, request.headers.authorization]);
      response.end('{}');
    });
    const first = await serve((request, response) => {
      const to = request.url === '/graphql' ? '/moved' : request.url === '/moved' ? `${end}` : '/loop';
      if (request.url === '/moved') seen.push([request.method, request.url, request.headers.authorization]);
      response.writeHead(308, { location: to }).end();
    });
    const headers: [string, string][] = [['Authorization', 'Bearer key']];
    expect((await httpFetch(first, question({ headers }), bounds)).ok).toBe(true);
    expect(seen).toEqual([
      ['POST', '/moved', 'Bearer key'],
      ['POST', '/graphql', undefined],
    ]);
    expect((await httpFetch(new URL('/loop', first), question(), bounds)).status).toBe(308);
  });

  const viewer = JSON.stringify({ data: { viewer: { id: 'ada', scopes: [] } } });
  const answersViewer: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(viewer);
  };
  async function askFrom(url: string, env: Record<string, string>): Promise<string> {
    const child = spawnNode([fixture('client/askViewer.ts'), url], env);
    await child.ended();
    return child.stdout();
  }

  it('trusts the certificates that Node was told of, and no others', async () => {
    const [key, cert] = [fixture('tls/key.pem'), fixture('tls/cert.pem')];
    const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, answersViewer);
    const url = `https://127.0.0.1:${await listening(server)}`;
    expect(await askFrom(url, { NODE_EXTRA_CA_CERTS: cert })).toContain('"id":"ada"');
    expect(await askFrom(url, { NODE_EXTRA_CA_CERTS: '' })).toContain('self-signed certificate');
  });

  it('goes through the proxies that Node was told of', async () => {
    const { port } = await serve(answersViewer);
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      const { host } = request.headers;
      const forward = ask({ port, path: '/graphql', method: request.method, headers: { host } }, (answer) =>
        answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers)),
      );
      request.pipe(forward);
    });
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const through = connect(Number(port), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      socket.on('error', () => through.destroy());
      through.pipe(socket).pipe(through);
    });
    const HTTP_PROXY = `http://127.0.0.1:${await listening(proxy)}`;
    const said = await askFrom('http://nightshift.invalid', { NODE_USE_ENV_PROXY: '1', HTTP_PROXY });
    expect(said).toContain('"id":"ada"');
    expect(asked.join()).toContain('nightshift.invalid');
  });
});
