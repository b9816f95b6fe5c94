import { PassThrough, type Readable } from 'node:stream';
import type { Driver, Session, Statement } from './driver.ts';
import { asDatabaseError, DatabaseUnavailableError } from './errors.ts';

const BUFFER_BYTES = 8 * 1024 * 1024;

/**
 * Runs `COPY … TO STDOUT` and streams its bytes. Up to 8 MB are read ahead, so that a short export frees
 * its connection at once however slow its reader is; a copy that makes no progress for `stallMillis`
 * is cut off. Where it holds the only connection, its reader must be quick while others wait for that. Destroying the
 * stream early closes the connection.
 */
export async function copyOut(driver: Driver, statement: Statement, stallMillis = 30_000): Promise<Readable> {
  const session = await driver.session();
  const source = session.copyOut(statement);
  const out = new PassThrough({ highWaterMark: BUFFER_BYTES, readableHighWaterMark: 64 * 1024 });
  const settle = releaseOnce(session);
  const stall = watchProgress(source, out, stallMillis);
  const impatience = driver.pool().max === 1 ? watchOthers(driver, source, out) : undefined;

  source.on('error', (error) => {
    const reason = asDatabaseError(error);
    // The server's own error leaves the connection in order; anything else does not.
    settle('severity' in error && !(reason instanceof DatabaseUnavailableError) ? undefined : reason);
    out.destroy(reason);
  });
  source.on('end', () => {
    settle();
    out.end();
  });
  source.on('data', (chunk: Buffer) => {
    if (!out.write(chunk)) source.pause();
    stall.reset();
  });
  out.on('drain', () => {
    source.resume();
    stall.reset();
  });
  out.on('close', () => {
    stall.stop();
    clearInterval(impatience);
    if (!source.readableEnded) settle(new Error('The reader of the copy went away.'));
  });
  return out;
}

/** How much a reader must take in which time while others wait for the only connection. */
const hurry = { bytes: 256 * 1024, millis: 2000 };

/** Cuts off a copy whose slow reader keeps all others from the database. */
function watchOthers(driver: Driver, source: Readable, out: PassThrough): NodeJS.Timeout {
  let written = 0;
  let before = 0;
  source.on('data', (chunk: Buffer) => {
    written += chunk.length;
  });
  return setInterval(() => {
    const taken = written - out.writableLength;
    const isSlow = source.isPaused() && taken - before < hurry.bytes;
    before = taken;
    if (isSlow && driver.pool().waiting > 0)
      out.destroy(new DatabaseUnavailableError('A copy stopped: its reader was slow while others waited.'));
  }, hurry.millis).unref();
}

function releaseOnce(session: Session): (error?: Error) => void {
  let released = false;
  return (error) => {
    if (released) return;
    released = true;
    session.release(error);
  };
}

function watchProgress(source: Readable, out: PassThrough, stallMillis: number) {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => clearTimeout(timer);
  const reset = () => {
    stop();
    timer = setTimeout(() => {
      const who = source.isPaused() ? 'reader took' : 'database sent';
      out.destroy(new DatabaseUnavailableError(`A copy stopped: the ${who} nothing for ${stallMillis} ms.`));
    }, stallMillis).unref();
  };
  reset();
  return { reset, stop };
}
