import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { onTestFinished } from 'vitest';

/** A request that a receiver got. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is what it asserts
  body: any;
  at: number;
}

/** Receives webhooks and answers as it is told; 200 unless told otherwise. It is gone when the test has finished. */
export async function receiveWebhooks(
  answer: (response: ServerResponse, received: Received, count: number) => void = (response) =>
    void response.writeHead(200).end('ok'),
) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const content = await text(request);
    const got = {
      path: request.url ?? '',
      headers: request.headers,
      text: content,
      body: content === '' ? null : JSON.parse(content),
      at: performance.now(),
    };
    received.push(got);
    answer(response, got, received.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const to = (path: string) => received.filter((one) => one.path === path);
  return { received, to, port, url: `http://127.0.0.1:${port}` };
}

/** A mail as its server got it. */
export interface ReceivedMail {
  from: string;
  to: string[];
  source: string;
}

/** Receives mails; `refuse` may give an SMTP code with which the next one is refused. */
export async function receiveMails(refuse: () => number | undefined = () => undefined) {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, callback) {
      void text(stream).then((source) => {
        const responseCode = refuse();
        if (responseCode !== undefined)
          return callback(Object.assign(new Error('not now, ann@example.org'), { responseCode }));
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        mails.push({ from, to: rcptTo.map(({ address }) => address), source });
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  return { mails, url: `smtp://127.0.0.1:${port}` };
}
