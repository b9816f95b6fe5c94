import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { allowCancelling, type Flags } from './pgliteCancel.ts';
import { layOutPrepared, type PreparedOptions } from './preparedCluster.ts';

/** What the main thread posts: bytes to execute, a session to begin, or the end. */
export type ToWorker =
  | { kind: 'execute'; id: number; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'begin'; id: number }
  | { kind: 'close'; id: number };

/** What the worker posts back: bytes of an answer, the end of one answer, or a failure that ends it all. */
export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'answer'; id: number; bytes?: Uint8Array<ArrayBuffer>; done: boolean }
  | { kind: 'failed'; message: string };

/** What the worker is started with; `unread` counts the bytes that the main thread has not consumed. */
export interface WorkerInput {
  directory: string;
  unread: Int32Array<SharedArrayBuffer>;
  /** By which a statement of it is cancelled. */
  token: string;
  /** Where a prepared cluster may be, where the directory may be empty. */
  prepared?: PreparedOptions | undefined;
}

/**
 * PostgreSQL's buffers are memory of this process, all of it in use from the start. What they do not hold is in the cache of
 * the system.
 */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];

const CHUNK_BYTES = 64 * 1024;
const UNREAD_LIMIT = 2 * 1024 * 1024;

if (parentPort) void serve(parentPort, workerData as WorkerInput);

async function serve(
  port: NonNullable<typeof parentPort>,
  { directory, unread, token, prepared }: WorkerInput,
): Promise<void> {
  const post = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const fail = (error: unknown) => post({ kind: 'failed', message: messageOf(error) });
  try {
    if (prepared !== undefined) await layOutPrepared(directory, prepared);
    const database = await PGlite.create({ dataDir: directory, startParams });
    const cancelling = allowCancelling(token, (database as unknown as { Module: Flags }).Module);
    const handshake = await collect(database, startupPacket());
    let tail = Promise.resolve();
    port.on('message', (message: ToWorker) => {
      tail = tail.then(() => answer(message)).catch(fail);
    });
    const answer = async (message: ToWorker) => {
      if (message.kind === 'close') await database.close();
      const { id } = message;
      const out = new AnswerWriter(unread, (bytes, done) => {
        post({ kind: 'answer', id, bytes, done }, bytes ? [bytes.buffer] : []);
      });
      if (message.kind === 'begin') {
        for (const sql of FRESH_SESSION) await collect(database, simpleQuery(sql));
        out.write(handshake);
      }
      if (message.kind === 'execute') {
        const onRawData = (data: Uint8Array) => out.write(data);
        await cancelling.during(() => database.execProtocolRawStream(message.bytes, { onRawData }));
      }
      out.end();
    };
    post({ kind: 'ready' });
  } catch (error) {
    fail(error);
  }
}

// PostgreSQL gives every connection a new session; here one session lives on and is made like new.
const FRESH_SESSION = ['ROLLBACK', 'DISCARD ALL', "SET TimeZone TO 'UTC'"];

async function collect(database: PGlite, bytes: Uint8Array): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await database.execProtocolRawStream(bytes, { onRawData: (data) => parts.push(data.slice()) });
  return Buffer.concat(parts);
}

function startupPacket(): Uint8Array {
  const text = Buffer.from('user\0postgres\0database\0postgres\0client_encoding\0UTF8\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(text.length + 8, 0);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, text]);
}

function simpleQuery(sql: string): Uint8Array {
  const text = Buffer.from(`${sql}\0`);
  const head = Buffer.from('Q\0\0\0\0');
  head.writeInt32BE(text.length + 4, 1);
  return Buffer.concat([head, text]);
}

/** Gathers the answer's bytes into chunks, and blocks this thread while the reader is far behind. */
class AnswerWriter {
  private parts: Uint8Array[] = [];
  private size = 0;
  private readonly unread: Int32Array<SharedArrayBuffer>;
  private readonly send: (bytes: Uint8Array<ArrayBuffer> | undefined, done: boolean) => void;

  constructor(
    unread: Int32Array<SharedArrayBuffer>,
    send: (bytes: Uint8Array<ArrayBuffer> | undefined, done: boolean) => void,
  ) {
    this.unread = unread;
    this.send = send;
  }

  write(data: Uint8Array): void {
    this.parts.push(data.slice());
    this.size += data.length;
    if (this.size >= CHUNK_BYTES) this.flush(false);
  }

  end(): void {
    this.flush(true);
  }

  private flush(done: boolean): void {
    const bytes = this.size > 0 ? joined(this.parts, this.size) : undefined;
    Atomics.add(this.unread, 0, this.size);
    this.parts = [];
    this.size = 0;
    this.send(bytes, done);
    if (!done) this.waitForReader();
  }

  private waitForReader(): void {
    for (;;) {
      const waiting = Atomics.load(this.unread, 0);
      if (waiting <= UNREAD_LIMIT) return;
      Atomics.wait(this.unread, 0, waiting);
    }
  }
}

function joined(parts: Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** What was thrown in words; the file system of the embedded database throws objects that are no errors. */
function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error !== 'object' || error === null || !('errno' in error)) return String(error);
  return error.errno === noSpace
    ? 'its disk is full; make room there'
    : `its file system refused with error ${error.errno}`;
}

/** As WASI numbers it. */
const noSpace = 51;
