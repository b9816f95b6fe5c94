import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { patienceMs, within } from '../waits/within.ts';

/** One answer, measured from the moment its request was written; times in milliseconds. */
export interface Answer {
  status: number;
  /** Bytes of the answer as they came, headers included. */
  bytes: number;
  firstByteMillis: number;
  millis: number;
}

/**
 * A kept-alive HTTP/1.1 connection that sends requests made beforehand, one at a time, and reads answers no further
 * than to find their end: what it costs itself must not hide what the server costs.
 */
export class Connection {
  readonly #url: string;
  readonly #limitMs: number;
  #socket: Socket;
  #lastUsed = performance.now();
  #fail: (error: Error) => void = () => {};
  #take: (chunk: Buffer) => void = () => {};

  private constructor(url: string, limitMs: number, socket: Socket) {
    this.#url = url;
    this.#limitMs = limitMs;
    this.#socket = socket;
    this.#listen();
  }

  /** Connects to a server by its URL; each wait for it has the limit. */
  static async open(url: string, limitMs = patienceMs): Promise<Connection> {
    return new Connection(url, limitMs, await openSocket(url, limitMs));
  }

  /** Sends a request and reads its answer; with `keep` its chunks are handed out as well. */
  async send(request: Buffer, keep?: (chunk: Buffer) => void): Promise<Answer> {
    // A server closes what was idle for some seconds, and a request that meets that is never answered.
    if (!this.#socket.writable || performance.now() - this.#lastUsed > idleMs) {
      this.close();
      this.#socket = await openSocket(this.#url, this.#limitMs);
      this.#listen();
    }
    const what = () => `an answer of ${this.#url} to ${firstLineOf(request)}`;
    try {
      return await within(what, this.#ask(request, keep), this.#limitMs);
    } catch (error) {
      this.close();
      throw error;
    } finally {
      this.#lastUsed = performance.now();
    }
  }

  close(): void {
    this.#fail = () => {};
    this.#take = () => {};
    this.#socket.destroy();
  }

  /** Listens to the socket for as long as it is the one in use. */
  #listen(): void {
    const socket = this.#socket;
    const fail = (error: Error) => socket === this.#socket && this.#fail(error);
    socket.on('data', (chunk) => socket === this.#socket && this.#take(chunk));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error(`${this.#url} closed the connection before its answer ended.`)));
  }

  #ask(request: Buffer, keep?: (chunk: Buffer) => void): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      let firstByteMillis = 0;
      const end = new AnswerEnd();
      this.#fail = reject;
      this.#take = (chunk) => {
        if (end.bytes === 0) firstByteMillis = performance.now() - began;
        keep?.(chunk);
        if (!end.found(chunk)) return;
        if (Number.isNaN(end.status)) reject(new Error('The head of an answer did not come in one piece.'));
        resolve({ status: end.status, bytes: end.bytes, firstByteMillis, millis: performance.now() - began });
      };
      this.#socket.write(request);
    });
  }
}

/** Servers close what was idle for five seconds and more. */
const idleMs = 2000;

async function openSocket(url: string, limitMs: number): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await within(`a connection to ${url}`, (signal) => once(socket, 'connect', { signal }), limitMs);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket.setNoDelay(true);
}

function firstLineOf(request: Buffer): string {
  return request.toString('latin1', 0, request.indexOf(' HTTP/1.1'));
}

const lastChunk = Buffer.from('\r\n0\r\n\r\n');

/** Finds where an answer ends, by its length or by its last chunk. */
class AnswerEnd {
  status = 0;
  bytes = 0;
  #expected = Number.POSITIVE_INFINITY;
  #tail: Buffer = Buffer.alloc(0);

  /** Says whether this chunk is the last one of the answer; the status is NaN when its head did not come in one piece. */
  found(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.status === 0) this.#readHead(chunk);
    if (Number.isNaN(this.status)) return true;
    if (this.#expected !== Number.POSITIVE_INFINITY) return this.bytes >= this.#expected;
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-lastChunk.length)]).subarray(-lastChunk.length);
    return this.#tail.equals(lastChunk);
  }

  #readHead(chunk: Buffer): void {
    const length = chunk.indexOf('\r\n\r\n');
    const head = chunk.toString('latin1', 0, Math.max(0, length));
    this.status = Number.parseInt(head.slice(9, 12), 10);
    const declared = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (declared !== undefined) this.#expected = length + 4 + Number(declared);
  }
}
