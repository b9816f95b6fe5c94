import { Duplex } from 'node:stream';

/** Message types after which PostgreSQL answers: Query, Sync, Flush, CopyDone, CopyFail. */
const ENDS_BATCH = new Set([...'QSHcf'].map((type) => type.charCodeAt(0)));
const TERMINATE = 'X'.charCodeAt(0);

/** What gives the one session of the embedded database to one stream after the other. */
interface SessionHost {
  /** Resolves once the database is up. */
  ready(): Promise<unknown>;
  begin(stream: PgliteStream): void;
  execute(stream: PgliteStream, bytes: Uint8Array<ArrayBuffer>): void;
  leave(stream: PgliteStream): void;
  /** Says how many bytes of answers were read. */
  consumed(bytes: number): void;
}

/**
 * One connection to the embedded database, in the shape of the socket that the driver expects: what is
 * written is PostgreSQL's protocol, cut into batches that cost one message to the worker each.
 */
export class PgliteStream extends Duplex {
  private readonly host: SessionHost;
  private pending: Uint8Array = new Uint8Array(0);
  private started = false;
  private unread = 0;

  constructor(host: SessionHost) {
    super({ readableHighWaterMark: 256 * 1024 });
    this.host = host;
  }

  /** Begins like a socket: 'connect' follows once the embedded database is up. */
  connect(): this {
    this.host.ready().then(
      () => this.destroyed || this.emit('connect'),
      (error: Error) => this.destroy(error),
    );
    return this;
  }

  /** Takes bytes of an answer; those that nobody has asked for yet count as unread. */
  receive(bytes: Uint8Array): void {
    this.unread += bytes.length;
    if (this.destroyed || this.push(bytes)) this.settleUnread();
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    this.settleUnread();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.forward([chunk]);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.forward(chunks.map(({ chunk }) => chunk));
    done();
  }

  override _final(done: () => void): void {
    done();
    this.destroy();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.settleUnread();
    this.host.leave(this);
    done(error);
  }

  private settleUnread(): void {
    if (this.unread === 0) return;
    this.host.consumed(this.unread);
    this.unread = 0;
  }

  private forward(chunks: Uint8Array[]): void {
    const bytes = Buffer.concat([this.pending, ...chunks]);
    let sent = 0;
    let at = 0;
    for (let end = this.messageEnd(bytes, at); end <= bytes.length; end = this.messageEnd(bytes, at)) {
      const type = bytes[at];
      if (!this.started) {
        this.started = true;
        this.host.begin(this);
        sent = end;
      } else if (type === TERMINATE) {
        sent = end;
      } else if (type !== undefined && ENDS_BATCH.has(type)) {
        this.host.execute(this, new Uint8Array(bytes.subarray(sent, end)));
        sent = end;
      }
      at = end;
    }
    this.pending = bytes.subarray(sent);
  }

  private messageEnd(bytes: Buffer, at: number): number {
    const lengthAt = this.started ? at + 1 : at;
    if (bytes.length < lengthAt + 4) return Number.POSITIVE_INFINITY;
    return lengthAt + bytes.readInt32BE(lengthAt);
  }
}
