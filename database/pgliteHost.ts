import { statfsSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DatabaseUnavailableError } from './errors.ts';
import { cancelStatement, newToken } from './pgliteCancel.ts';
import type { PgliteStream } from './pgliteStream.ts';
import type { FromWorker, ToWorker, WorkerInput } from './pgliteWorker.ts';
import type { PreparedOptions } from './preparedCluster.ts';

export interface PgliteHostOptions {
  directory: string;
  /** How long a statement may give no answer before it is cancelled. */
  statementTimeoutMillis: number;
  /** How long there may be no answer, where that cannot be cancelled, before the embedded database is given up and started again. */
  watchdogMillis: number;
  /** How long the embedded database may take to start; the first start makes the files. */
  bootMillis?: number;
  /** Where a first start finds the prepared cluster. @default it makes its files itself */
  prepared?: PreparedOptions | undefined;
}

interface Waiting {
  stream: PgliteStream | undefined;
  done?: () => void;
}

type Unsent = ToWorker extends infer Message
  ? Message extends ToWorker
    ? Omit<Message, 'id'>
    : never
  : never;

const RESTART_PAUSE_MILLIS = 1000;
const WATCH_SLICES = 10;
/** The room on its disk below which a database that is silent waits for that. */
const FULL_BYTES = 1024 * 1024;

/**
 * Keeps the embedded database in a worker thread and gives its one session to one stream after the other.
 * A worker that stops answering is ended and started again; whoever waits is told at once.
 */
export class PgliteHost {
  private readonly options: PgliteHostOptions;
  private worker: Worker | undefined;
  private boot: Promise<void> | undefined;
  private stopping: Promise<unknown> = Promise.resolve();
  private unread = new Int32Array(new SharedArrayBuffer(4));
  private answers = new Map<number, Waiting>();
  private lastId = 0;
  private owner: PgliteStream | undefined;
  private readonly queue: PgliteStream[] = [];
  private watchdog: NodeJS.Timeout | undefined;
  private failure: { error: DatabaseUnavailableError; at: number } | undefined;
  private closed = false;
  private token = '';
  private isUnhurried = false;

  constructor(options: PgliteHostOptions) {
    this.options = options;
  }

  /** Resolves when the embedded database takes statements, starting it when it does not run. */
  ready(): Promise<void> {
    if (this.closed) return Promise.reject(new DatabaseUnavailableError('The embedded database is closed.'));
    if (this.failure && Date.now() - this.failure.at < RESTART_PAUSE_MILLIS) {
      return Promise.reject(this.failure.error);
    }
    this.boot ??= this.start();
    return this.boot;
  }

  /** Asks for the session; the stream gets the handshake when those before it have left. */
  begin(stream: PgliteStream): void {
    this.queue.push(stream);
    this.handOver();
  }

  /** Sends a batch of protocol messages of the stream that has the session. */
  execute(stream: PgliteStream, bytes: Uint8Array<ArrayBuffer>): void {
    if (stream === this.owner) this.post({ kind: 'execute', bytes }, { stream }, [bytes.buffer]);
  }

  /** Gives up a stream's session or its place in the queue. */
  leave(stream: PgliteStream): void {
    const place = this.queue.indexOf(stream);
    if (place >= 0) this.queue.splice(place, 1);
    if (stream !== this.owner) return;
    this.owner = undefined;
    this.handOver();
  }

  /** Counts bytes that their reader has taken, so that the worker may go on. */
  consumed(bytes: number): void {
    Atomics.sub(this.unread, 0, bytes);
    Atomics.notify(this.unread, 0);
    this.watch();
  }

  /** Lets work take as long as it takes, such as a migration of very many rows. */
  async unhurried<T>(work: () => Promise<T>): Promise<T> {
    this.isUnhurried = true;
    try {
      return await work();
    } finally {
      this.isUnhurried = false;
    }
  }

  /** Writes everything to the disk and ends the worker. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.boot?.catch(() => undefined);
    if (!this.worker) return;
    await new Promise<void>((done) => this.post({ kind: 'close' }, { stream: undefined, done }));
    await this.stop();
  }

  private async start(): Promise<void> {
    const { directory, prepared } = this.options;
    await this.stopping;
    this.unread = new Int32Array(new SharedArrayBuffer(4));
    this.token = newToken();
    const input: WorkerInput = { directory, unread: this.unread, token: this.token, prepared };
    const worker = new Worker(new URL('./pgliteWorker.ts', import.meta.url), {
      workerData: input,
      execArgv: [],
      env: compileCache(),
    });
    this.worker = worker;
    const limit = this.options.bootMillis ?? 600_000;
    await new Promise<void>((ready, failed) => {
      const timer = setTimeout(() => this.fail(`did not start within ${limit} ms`), limit);
      const settle = (): void => clearTimeout(timer);
      worker.on('message', (message: FromWorker) => {
        if (worker !== this.worker) return;
        if (message.kind === 'answer') return this.take(message);
        settle();
        if (message.kind === 'ready') ready();
        else this.fail(`failed: ${message.message}`);
      });
      worker.on('error', (error) => worker === this.worker && this.fail(`failed: ${error.message}`));
      worker.on('exit', () => {
        settle();
        if (worker === this.worker) this.fail('its thread has ended');
        failed(this.failure?.error);
      });
    });
    this.failure = undefined;
  }

  private handOver(): void {
    if (this.owner || !this.worker) return;
    this.owner = this.queue.shift();
    if (this.owner) this.post({ kind: 'begin' }, { stream: this.owner });
  }

  private post(message: Unsent, waiting: Waiting, transfer: ArrayBuffer[] = []): void {
    const id = ++this.lastId;
    this.answers.set(id, waiting);
    this.worker?.postMessage({ ...message, id }, transfer);
    if (this.answers.size === 1) this.watch();
  }

  private take({ id, bytes, done }: Extract<FromWorker, { kind: 'answer' }>): void {
    const waiting = this.answers.get(id);
    if (done) this.answers.delete(id);
    if (bytes && waiting?.stream) waiting.stream.receive(bytes);
    else if (bytes) this.consumed(bytes.length);
    if (done) waiting?.done?.();
    this.watch();
  }

  private watch(): void {
    clearTimeout(this.watchdog);
    if (this.answers.size > 0) this.countSilence(0, false);
  }

  // Counted in slices: while this process stands still no answer can come, and that costs one slice, not all of them.
  private countSilence(millis: number, isCancelled: boolean): void {
    const { statementTimeoutMillis, watchdogMillis } = this.options;
    const slice = Math.min(statementTimeoutMillis, watchdogMillis) / WATCH_SLICES;
    this.watchdog = setTimeout(() => {
      if (Atomics.load(this.unread, 0) > 0) return this.watch();
      const silentFor = millis + slice;
      const isOver = silentFor >= watchdogMillis && (!this.isUnhurried || this.hasNoRoom());
      if (isOver) return this.fail(this.whySilent(watchdogMillis));
      const isLate = silentFor >= statementTimeoutMillis && !this.isUnhurried;
      if (isLate && !isCancelled) cancelStatement(this.token);
      this.countSilence(silentFor, isCancelled || isLate);
    }, slice);
  }

  private whySilent(millis: number): string {
    const silent = `gave no answer for ${millis} ms`;
    return this.hasNoRoom()
      ? `${silent}: its disk is full. It is started again; make room there`
      : `${silent}: a statement takes longer, and could not be cancelled. It is started again; on PostgreSQL (DATABASE_URL) slow statements keep no others`;
  }

  private hasNoRoom(): boolean {
    try {
      const { bavail, bsize } = statfsSync(this.options.directory);
      return bavail * bsize < FULL_BYTES;
    } catch {
      return false;
    }
  }

  private fail(reason: string): void {
    const error = new DatabaseUnavailableError(
      `The embedded database in ${this.options.directory} ${reason}`,
    );
    this.failure = { error, at: Date.now() };
    const streams = [this.owner, ...this.queue.splice(0)];
    const waiting = [...this.answers.values()];
    this.owner = undefined;
    this.answers.clear();
    void this.stop();
    for (const stream of streams) stream?.destroy(error);
    for (const { done } of waiting) done?.();
  }

  private async stop(): Promise<void> {
    clearTimeout(this.watchdog);
    const worker = this.worker;
    this.worker = undefined;
    this.boot = undefined;
    if (worker) this.stopping = worker.terminate();
    await this.stopping;
  }
}

/** The thread keeps what Node has compiled where this one does; it takes that from a variable alone. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const directory = getCompileCacheDir();
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: dirname(directory) };
}
