import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flood, hold } from '../../bench/attacks/attack.ts';
import { attacksOn } from '../../bench/attacks/attacks.ts';
import { longestWait } from '../../bench/attacks/longestWait.ts';
import { writeRequest } from '../../bench/measure/request.ts';
import { eventually } from '../support/eventually.ts';

const heldMs = 200;
let open = 0;

/** A server that does nothing else for a while whenever it is asked for `/hold`, and is closed to `/wrong`. */
const server = createServer((request, response) => {
  if (request.url === '/hold') {
    const end = performance.now() + heldMs;
    while (performance.now() < end);
  }
  response.writeHead(request.url === '/wrong' ? 403 : 200).end(request.headers.cookie);
});
server.on('connection', (socket) => {
  open += 1;
  socket.once('close', () => {
    open -= 1;
  });
});
let url = '';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.closeAllConnections());

describe('The longest wait during an attack', () => {
  const caller = writeRequest('GET', '/', undefined, { cookie: 'a=b' });

  it('is that of a caller whom an attack holds up, and the attack is over afterwards', async () => {
    const request = writeRequest('GET', '/hold');
    const waits = await longestWait(
      url,
      caller,
      0.5,
      flood('held', () => request),
    );
    expect(waits.longest).toBeGreaterThan(heldMs / 2);
    expect(waits.answers).toBeGreaterThan(0);
    await eventually(() => expect(open).toBe(0));
  });

  it('is measured while connections are held open, which are let go of afterwards', async () => {
    const held = await hold('idle', 20, 'GET / HTTP/1.1\r\n', 'A: b\r\n').begin(url);
    await eventually(() => expect(open).toBe(20));
    await held.stop();
    await eventually(() => expect(open).toBe(0));
  });

  it('is none where the caller itself is refused', async () => {
    await expect(longestWait(url, writeRequest('GET', '/wrong'), 0.5)).rejects.toThrow('answered 403');
  });
});

it('Each attack of the bench has a name of its own', () => {
  const names = attacksOn({}).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
