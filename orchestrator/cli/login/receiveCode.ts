import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a browser of this computer brings the code of a sign-in, or that its user refused it. */
export interface CodeReceiver {
  port: number;
  /** Resolves with the code once it has come with the right state; with undefined where the user refused. */
  code: Promise<string | undefined>;
  close(): Promise<void>;
}

/** Listens for the answer to one sign-in, on this computer alone; what comes without its state is no part of it. */
export async function receiveCode(state: string): Promise<CodeReceiver> {
  const { promise: code, resolve } = Promise.withResolvers<string | undefined>();
  const server = createServer((request, response) => {
    const result = resultOf(request, state);
    response.writeHead(result === undefined ? 404 : 200, headers);
    response.end(result?.page ?? unknown);
    // The browser has its page before this ends.
    if (result !== undefined) response.once('finish', () => resolve(result.code));
  });
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

/** What a request tells of the sign-in with this state; undefined where it is no part of it. */
function resultOf({ url = '/', method }: IncomingMessage, state: string) {
  // Any page or program of this computer may ask for anything, also for what is no address.
  const [path, search] = url.split('?', 2);
  const searchParams = new URLSearchParams(search);
  if (method !== 'GET' || path !== '/' || searchParams.get('state') !== state) return undefined;
  const code = searchParams.get('code');
  if (code) return { code, page: done };
  // RFC 6749, 4.1.2.1
  return searchParams.get('error') === 'access_denied' ? { code: undefined, page: refused } : undefined;
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
const refused = pageOf('Nothing was allowed. You can close this page and go back to your terminal.');
const unknown = pageOf('This is no part of the sign-in that your terminal waits for.');
