import type { Readable } from 'node:stream';
import type { Ending } from '../outcome/outcome.ts';

/** The reading of one stream of a command. */
export interface Reader {
  /** Resolves when the stream has ended or was let go of. */
  done: Promise<void>;
  /** Milliseconds since anything came; the time in which it is taken does not count. */
  quietMs(): number;
  /** Lets go of the stream. */
  stop(): void;
}

/** Reads a stream to its end, and tells how long nothing has come from it. */
export function readAll(stream: Readable, take: (chunk: Uint8Array) => Promise<void> | void): Reader {
  let taking = false;
  let last = performance.now();
  async function read(): Promise<void> {
    try {
      for await (const chunk of stream) {
        taking = true;
        await take(chunk);
        taking = false;
        last = performance.now();
      }
    } catch (error) {
      if (!stream.destroyed) throw error;
    }
  }
  return {
    done: read(),
    quietMs: () => (taking ? 0 : performance.now() - last),
    stop: () => stream.destroy(),
  };
}

/** Ends a command once nothing has come from any of its streams for some time; what it returns ends the watch. */
export function watchSilence(
  readers: readonly Reader[],
  limitMs: number | undefined,
  stop: (why: Ending) => void,
): () => void {
  if (limitMs === undefined) return () => {};
  let timer: NodeJS.Timeout;
  let look: NodeJS.Immediate;
  const quietMs = () => Math.min(...readers.map((reader) => reader.quietMs()));
  const check = () => {
    const left = limitMs - quietMs();
    if (left <= 0) stop({ kind: 'idle', afterMs: limitMs });
    else wait(left);
  };
  const wait = (time: number) => {
    // What is in the pipes already is read between the timer and the look, should this process have been busy.
    timer = setTimeout(() => {
      look = setImmediate(check);
    }, Math.ceil(time));
  };
  wait(limitMs);
  return () => {
    clearTimeout(timer);
    clearImmediate(look);
  };
}

/**
 * Waits for the rest of the output. The group is gone, so what is written is in the pipes; when they stay open
 * without a word, or for too long, somebody outside the group holds them and is not waited for.
 */
export async function readRest(readers: readonly Reader[]): Promise<void> {
  const done = Promise.all(readers.map((reader) => reader.done)).then(() => true);
  const end = performance.now() + 10_000;
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise<false>((resolve) => {
      // What is in the pipes already is read between the timer and the look, should this process have been busy.
      timer = setTimeout(() => setImmediate(resolve, false), 50);
    });
    const finished = await Promise.race([done, pause]);
    clearTimeout(timer);
    const now = performance.now();
    if (finished || now > end || readers.every((reader) => reader.quietMs() > 500)) break;
  }
  for (const reader of readers) reader.stop();
  await done;
}
