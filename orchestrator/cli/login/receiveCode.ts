import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a browser of this computer brings the code of a sign-in. */
export interface CodeReceiver {
  port: number;
  /** Resolves with the code once it has come with the right state. */
  code: Promise<string>;
  close(): Promise<void>;
}

/** Listens for the code of one sign-in, on this computer alone; what comes without its state is no part of it. */
export async function receiveCode(state: string): Promise<CodeReceiver> {
  const { promise: code, resolve } = Promise.withResolvers<string>();
  const server = createServer((request, response) => answer(request, response, state, resolve));
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  return {
    port: (server.address() as AddressInfo).port,
    code,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeIdleConnections();
      }),
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  state: string,
  onCode: (code: string) => void,
): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const code = url.searchParams.get('code');
  const isOurs = request.method === 'GET' && url.pathname === '/' && url.searchParams.get('state') === state;
  const isRight = isOurs && code !== null && code !== '';
  response.writeHead(isRight ? 200 : 404, headers);
  response.end(isRight ? done : unknown);
  // The browser has its page before this ends.
  if (isRight) response.once('finish', () => onCode(code));
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; img-src data:; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  connection: 'close',
};

const pageOf = (text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>nightshift login</title><link rel="icon" href="data:,"><p>${text}</p></html>`;
const done = pageOf(
  'The command line has got its sign-in. You can close this page and go back to your terminal.',
);
const unknown = pageOf('This is no part of the sign-in that your terminal waits for.');
