import { getHeapStatistics } from 'node:v8';
import { InvalidInputError } from '../domain/input/errors.ts';
import { createBatch } from './batch.ts';

const megabyte = 1024 * 1024;

/** How many large values are read at once, of 64 KB at most each. */
const usualPortion = 100;

const usualBound = Math.min(32 * megabyte, getHeapStatistics().heap_size_limit / 32);

/** Loads the large values of one answer. */
export interface LargeBatches {
  /** Makes what loads values of one kind: those of one turn together, so many with each statement. */
  batch<K, V>(load: (keys: K[]) => Promise<V[]>, portion?: number): (key: K) => Promise<V>;
  /** Gives the next answer its whole bound. */
  startOver(): void;
}

/**
 * Makes what loads the large values of one answer, such as excerpts: past a thirty-second part of the heap, and past
 * 32 MB, no more are read, so that it leaves the others their room.
 */
export function openLargeBatches(maxBytes = usualBound): LargeBatches {
  let left = maxBytes;
  // One statement of a request follows the other, so that what is on its way is bounded too.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    startOver() {
      left = maxBytes;
    },
    batch: (load, portion = usualPortion) =>
      createBatch(async (keys) => {
        const values = [];
        for (let at = 0; at < keys.length; at += portion) {
          const part = await inTurn(() => {
            if (left < 0) throw tooMuch(maxBytes);
            return load(keys.slice(at, at + portion));
          });
          for (const value of part) left -= sizeOf(value);
          values.push(...part);
        }
        return values;
      }),
  };
}

function sizeOf(value: unknown): number {
  if (value == null) return 0;
  return typeof value === 'string' ? Buffer.byteLength(value) : JSON.stringify(value).length;
}

function tooMuch(maxBytes: number): InvalidInputError {
  const message = `must be smaller: one request may read at most ${Math.floor(maxBytes / megabyte)} MB of excerpts, inputs and outputs, or of contents of plans. Ask for smaller pages (first), or read these fields one task at a time`;
  return new InvalidInputError([{ path: ['first'], message, type: 'too_big' }]);
}
