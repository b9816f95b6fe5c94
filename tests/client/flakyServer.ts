import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** How a flaky server treats one request. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** A request that it got. */
export interface Got {
  at: number;
  headers: IncomingMessage['headers'];
  body: { query: string; variables: Record<string, unknown> };
}

/** Starts a server that treats its requests one after the other as told, the last way for all that follow. */
export async function startFlaky(...behaviours: Behaviour[]) {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    got.push({
      at: performance.now(),
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString()),
    });
    const behave = behaviours[Math.min(got.length, behaviours.length) - 1];
    behave?.(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
}

/** Answers as GraphQL does. */
export function answer(body: object, status = 200, headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Breaks the connection without an answer. */
export const hangUp: Behaviour = (response) => void response.socket?.destroy();

/** Never answers. */
export const stayMute: Behaviour = () => {};

/** Answers as a proxy whose server is away. */
export function badGateway(headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    response.writeHead(502, { 'content-type': 'text/html', ...headers });
    response.end('<html>Bad Gateway</html>');
  };
}

/** Sends server-sent events and keeps the connection open, or ends it. */
export function stream(events: object[], { end = false } = {}): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':\n\n');
    for (const event of events) response.write(`event: next\ndata: ${JSON.stringify(event)}\n\n`);
    if (end) response.end('event: complete\ndata:\n\n');
  };
}
