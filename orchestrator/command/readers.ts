import type { Readable } from 'node:stream';
import type { Ending } from '../outcome/ending.ts';

/** The reading of one stream of a command. */
export interface Reader {
  /** Resolves when the stream has ended or was let go of. */
  done: Promise<void>;
  /** Milliseconds since anything came; the time in which it is taken does not count. */
  quietMs(): number;
  /** Whether something that was read is being taken; otherwise nothing is left in the stream for now. */
  isTaking(): boolean;
  /** So much has been read of the stream. */
  bytes(): number;
  /** Lets go of the stream. */
  stop(): void;
}

/** Reads a stream to its end, and tells how long nothing has come from it. */
export function readAll(stream: Readable, take: (chunk: Uint8Array) => Promise<void> | void): Reader {
  let taking = false;
  let last = performance.now();
  let bytes = 0;
  async function read(): Promise<void> {
    try {
      for await (const chunk of stream) {
        taking = true;
        bytes += chunk.length;
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
    isTaking: () => taking,
    bytes: () => bytes,
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

/** When the streams of a command that has ended are let go of. */
const restLimits = {
  /** Milliseconds without a word. */
  quietMs: 500,
  /** Milliseconds after which those that are never quiet are let go of as soon as nothing is left in them. */
  totalMs: 10_000,
  /** More than stood in their pipes when the command ended: what comes after it is not the command's. */
  bytes: 4 * 1024 * 1024,
};

/**
 * Reads the rest of the output. The command and all that it started are gone, so what they wrote is in the pipes; when
 * these stay open, somebody else holds them, and is not waited for: they are let go of once nothing has come for a
 * while, counted from now on, or when all that they had held is read. Says whether output was still coming then.
 */
export async function readRest(readers: readonly Reader[], limits = restLimits): Promise<boolean> {
  const done = Promise.all(readers.map((reader) => reader.done)).then(() => true);
  const begun = performance.now();
  const before = bytesOf(readers);
  let goesOn = false;
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise<false>((resolve) => {
      // What is in the pipes already is read between the timer and the look, should this process have been busy.
      timer = setTimeout(() => setImmediate(resolve, false), Math.min(50, limits.quietMs));
    });
    const finished = await Promise.race([done, pause]);
    clearTimeout(timer);
    const passed = performance.now() - begun;
    if (finished || readers.every((reader) => Math.min(reader.quietMs(), passed) > limits.quietMs)) break;
    const isAllRead = readers.every((reader) => !reader.isTaking());
    goesOn = passed > limits.totalMs && (isAllRead || bytesOf(readers) - before > limits.bytes);
    if (goesOn) break;
  }
  for (const reader of readers) reader.stop();
  await done;
  return goesOn;
}

function bytesOf(readers: readonly Reader[]): number {
  return readers.reduce((sum, reader) => sum + reader.bytes(), 0);
}
