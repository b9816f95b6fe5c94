import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { within } from './within.ts';

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
  #socket: Socket;
  #fail: (error: Error) => void = () => {};
  #take: (chunk: Buffer) => void = () => {};

  private constructor(url: string, socket: Socket) {
    this.#url = url;
    this.#socket = this.#listen(socket);
  }

  /** Connects to a server by its URL. */
  static async open(url: string): Promise<Connection> {
    return new Connection(url, await openSocket(url));
  }

  #listen(socket: Socket): Socket {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () =>
      this.#fail(new Error('The server closed the connection before its answer ended.')),
    );
    socket.setTimeout(silenceMs, () =>
      socket.destroy(new Error(`Waited ${silenceMs / 1000} s for an answer of ${this.#url}.`)),
    );
    return socket;
  }

  /** Sends a request and reads its answer; with `keep` its chunks are handed out as well. */
  async send(request: Buffer, keep?: (chunk: Buffer) => void): Promise<Answer> {
    // A server closes what was idle for some seconds, and nothing sent then is ever answered.
    if (!this.#socket.writable) this.#socket = this.#listen(await openSocket(this.#url));
    return new Promise((resolve, reject) => {
      const began = performance.now();
      let firstByteMillis = 0;
      const end = new AnswerEnd();
      this.#fail = reject;
      this.#take = (chunk) => {
        if (end.bytes === 0) firstByteMillis = performance.now() - began;
        keep?.(chunk);
        if (!end.found(chunk)) return;
        resolve({ status: end.status, bytes: end.bytes, firstByteMillis, millis: performance.now() - began });
      };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#fail = () => {};
    this.#socket.destroy();
  }
}

const silenceMs = 20 * 60_000;

async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await within(`a connection to ${url}`, once(socket, 'connect'));
  return socket;
}

const lastChunk = Buffer.from('\r\n0\r\n\r\n');

/** Finds where an answer ends, by its length or by its last chunk. */
class AnswerEnd {
  status = 0;
  bytes = 0;
  #expected = Number.POSITIVE_INFINITY;
  #tail: Buffer = Buffer.alloc(0);

  /** Says whether this chunk is the last one of the answer. */
  found(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.status === 0) this.#readHead(chunk);
    if (this.#expected !== Number.POSITIVE_INFINITY) return this.bytes >= this.#expected;
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-lastChunk.length)]).subarray(-lastChunk.length);
    return this.#tail.equals(lastChunk);
  }

  #readHead(chunk: Buffer): void {
    const length = chunk.indexOf('\r\n\r\n');
    if (length === -1) throw new Error('The head of an answer did not come in one piece.');
    const head = chunk.toString('latin1', 0, length);
    this.status = Number(head.slice(9, 12));
    const declared = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (declared !== undefined) this.#expected = length + 4 + Number(declared);
  }
}
