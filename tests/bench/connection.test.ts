import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../../bench/measure/connection.ts';
import { writeRequest } from '../../bench/measure/request.ts';

const server = createServer((request, response) => {
  if (request.url === '/chunks') {
    response.write('a'.repeat(100_000));
    setImmediate(() => response.end('b'));
  } else if (request.url === '/gone') request.socket.destroy();
  else request.pipe(response.writeHead(201, { 'content-length': request.headers['content-length'] ?? 0 }));
});
const sockets = new Set<Socket>();
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
});
let url = '';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.closeAllConnections());

describe('A measured connection', () => {
  it('reads answers of a known length and chunked ones to their end, one after the other', async () => {
    const connection = await Connection.open(url);
    for (let turn = 0; turn < 3; turn += 1) {
      const body = { text: '✓'.repeat(50_000) };
      const echo = await connection.send(writeRequest('POST', '/echo', body));
      expect(echo.status).toBe(201);
      expect(echo.bytes).toBeGreaterThan(150_000);
      const chunks = await connection.send(writeRequest('GET', '/chunks'));
      expect(chunks.status).toBe(200);
      expect(chunks.bytes).toBeGreaterThan(100_001);
      expect(chunks.firstByteMillis).toBeLessThanOrEqual(chunks.millis);
    }
    connection.close();
  });

  it('is opened again when the server has closed it between two requests', async () => {
    const connection = await Connection.open(url);
    await connection.send(writeRequest('GET', '/chunks'));
    const closed = [...sockets].map((socket) => once(socket, 'close'));
    for (const socket of sockets) socket.end();
    await Promise.all(closed);
    expect((await connection.send(writeRequest('GET', '/chunks'))).status).toBe(200);
    connection.close();
  });

  it('fails when the server goes away in the middle', async () => {
    const connection = await Connection.open(url);
    await expect(connection.send(writeRequest('GET', '/gone'))).rejects.toThrow();
    connection.close();
  });
});
