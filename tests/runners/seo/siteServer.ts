import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a server does at a path: a page, another answer, or something of its own. */
export type Answer =
  | string
  | { status?: number; type?: string; headers?: Record<string, string>; body?: string | Buffer }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/** A real site on a free port, with what was asked of it. */
export interface SiteServer {
  origin: string;
  /** Method and path of each request, in order. */
  requests: string[];
  agents: Set<string>;
  /** Most requests that were open at the same time. */
  busiest: number;
}

/** Serves these paths until the test is over; every other one is a 404. `{origin}` in texts becomes the server's address. */
export async function serveSite(answers: (path: string) => Answer | undefined): Promise<SiteServer> {
  let open = 0;
  const site: SiteServer = { origin: '', requests: [], agents: new Set(), busiest: 0 };
  const server = createServer((request, response) => {
    site.requests.push(`${request.method} ${request.url}`);
    site.agents.add(request.headers['user-agent'] ?? '');
    open += 1;
    site.busiest = Math.max(site.busiest, open);
    response.on('close', () => {
      open -= 1;
    });
    send(
      answers(request.url ?? '/') ?? { status: 404, body: 'nothing here' },
      site.origin,
      request,
      response,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  site.origin = `http://127.0.0.1:${port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return site;
}

function send(answer: Answer, origin: string, request: IncomingMessage, response: ServerResponse): void {
  if (typeof answer === 'function') {
    answer(request, response);
    return;
  }
  const {
    status = 200,
    type = 'text/html; charset=utf-8',
    headers = {},
    body = '',
  } = typeof answer === 'string' ? { body: answer } : answer;
  const filled = typeof body === 'string' ? body.replaceAll('{origin}', origin) : body;
  const named = Object.entries(headers).map(([name, value]) => [name, value.replaceAll('{origin}', origin)]);
  response.writeHead(status, { 'content-type': type, ...Object.fromEntries(named) });
  response.end(request.method === 'HEAD' ? undefined : filled);
}
