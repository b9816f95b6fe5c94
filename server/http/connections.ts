import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { getHeapStatistics } from 'node:v8';

/** How connections and what comes over them are bounded; times in milliseconds. */
export interface ConnectionLimits {
  /** How many connections may be open at once. @default 2000 */
  maxConnections: number;
  /** How long the headers of a request may take to arrive. @default 10000 */
  headersTimeoutMs: number;
  /** How long a whole request, its body included, may take to arrive. @default 30000 */
  requestTimeoutMs: number;
  /** How long a connection is kept open between two requests. @default 72000 */
  keepAliveMs: number;
  /** How long a reader may take nothing of an answer that waits for it. @default 30000 */
  readerTimeoutMs: number;
  /** How many bytes of answers may wait for their readers at once. @default an eighth of the heap, at most 256 MB */
  maxUnsentBytes: number;
}

export const connectionLimits: ConnectionLimits = {
  maxConnections: 2000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveMs: 72_000,
  readerTimeoutMs: 30_000,
  maxUnsentBytes: Math.min(256 * 1024 * 1024, Math.floor(getHeapStatistics().heap_size_limit / 8)),
};

/** How often it is looked what waits for readers, and how long one may take while too much does, in milliseconds. */
const lookEveryMs = 250;
const patienceMs = 2000;

/** Bounds the connections of a server, and ends those whose reader takes nothing. */
export function boundConnections(
  server: Server,
  limits: Pick<ConnectionLimits, 'maxConnections' | 'readerTimeoutMs' | 'maxUnsentBytes'>,
): void {
  const { maxConnections, readerTimeoutMs, maxUnsentBytes } = limits;
  /** Of each connection the request that it carries now, the connection that was silent longest first. */
  const open = new Map<Socket, IncomingMessage | undefined>();
  server.on('connection', (socket: Socket) => {
    open.set(socket, undefined);
    socket.once('close', () => open.delete(socket));
    if (open.size > maxConnections) makeRoom(open, socket);
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    move(open, socket, request);
    response.once('close', () => {
      if (open.get(socket) === request) move(open, socket, undefined);
    });
  });
  // Counts from the last byte that was taken or came; a request that waits for work has nothing to be taken.
  server.timeout = readerTimeoutMs;
  server.on('timeout', (socket: Socket) => {
    const isAnswered = open.get(socket) === undefined || socket.writableEnded;
    if (isAnswered || socket.writableLength > 0) socket.destroy();
  });
  const since = new Map<Socket, number>();
  const looks = setInterval(() => endSlowest(open.keys(), since, maxUnsentBytes), lookEveryMs).unref();
  server.once('close', () => clearInterval(looks));
}

/**
 * Ends, while too much waits for readers, those who have not taken all of it for two seconds, the largest first.
 * `since` keeps from when on something has waited for each.
 */
function endSlowest(sockets: Iterable<Socket>, since: Map<Socket, number>, maxBytes: number): void {
  const now = performance.now();
  const waiting = [...sockets].filter(({ writableLength }) => writableLength > 0);
  const before = new Map(since);
  since.clear();
  for (const socket of waiting) since.set(socket, before.get(socket) ?? now);
  let total = waiting.reduce((sum, { writableLength }) => sum + writableLength, 0);
  for (const socket of waiting.sort((one, other) => other.writableLength - one.writableLength)) {
    if (total <= maxBytes) return;
    if (now - (since.get(socket) ?? now) < patienceMs) continue;
    total -= socket.writableLength;
    socket.destroy();
  }
}

function move(
  open: Map<Socket, IncomingMessage | undefined>,
  socket: Socket,
  request?: IncomingMessage,
): void {
  if (!open.delete(socket)) return;
  open.set(socket, request);
}

/**
 * Ends the connection that has carried nothing for longest, else one whose body is still on its way; when all others are
 * being answered, the new one is turned away.
 */
function makeRoom(open: ReadonlyMap<Socket, IncomingMessage | undefined>, newest: Socket): void {
  let unfinished: Socket | undefined;
  for (const [socket, request] of open) {
    if (socket === newest || socket.destroyed) continue;
    if (request === undefined) return void socket.destroy();
    if (!request.complete) unfinished ??= socket;
  }
  if (unfinished) unfinished.destroy();
  else answerAndEnd(newest, full);
}

/** How long a client may take to read a response before its connection is closed, in milliseconds. */
const lingerMs = 1000;

/**
 * Answers on a connection with a text and ends it, also where the other side keeps it open: a request that was on its way
 * over it is over then, and what came of its body can be forgotten.
 */
export function answerAndEnd(socket: Socket, text: string): void {
  socket.end(text);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

const detail = JSON.stringify({
  detail: 'The server has no free connection. Try again in a few seconds.',
});
const full = `HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${detail.length}\r\nRetry-After: 5\r\nConnection: close\r\n\r\n${detail}`;
