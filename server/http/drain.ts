import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Follows what a server answers, and gives the function that stops it: it takes no more requests, ends event streams,
 * and waits for the rest for some milliseconds. Connections over which nothing has come are not waited for; browsers and
 * clients open such ones in advance.
 */
export function prepareDrain(server: Server): (millis: number) => Promise<void> {
  const answering = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (_request, response: ServerResponse) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });
  return async (millis) => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const response of answering) {
      const type = String(response.getHeader('content-type') ?? '');
      if (type.startsWith('text/event-stream')) response.destroy();
      else if (!response.headersSent) response.setHeader('connection', 'close');
    }
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    const limit = setTimeout(() => server.closeAllConnections(), millis);
    await closed;
    clearTimeout(limit);
  };
}
