import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { prepareDrain } from '../../../server/http/drain.ts';
import { hangLimitMs } from '../../support/hangLimit.ts';

async function listen(answer: RequestListener) {
  const server = createServer(answer);
  const drain = prepareDrain(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { server, drain, port: (server.address() as AddressInfo).port };
}

it('A server that stops does not wait for connections over which nothing has come', async () => {
  const { server, drain, port } = await listen(() => undefined);
  const unused = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(server, 'connection');
  const ended = once(unused, 'close');
  // Were they waited for, the test would hang.
  await drain(2 * hangLimitMs);
  await ended;
});

it('A server that stops answers the requests that have come', async () => {
  const { server, drain, port } = await listen(() => undefined);
  const asked = fetch(`http://127.0.0.1:${port}`);
  const [, response] = await once(server, 'request');
  const drained = drain(2 * hangLimitMs);
  response.end('answer');
  const answer = await asked;
  expect([answer.headers.get('connection'), await answer.text()]).toEqual(['close', 'answer']);
  await drained;
});
