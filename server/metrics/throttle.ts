/** What was read last, and how it went. */
export interface Reading<T> {
  /** Undefined while nothing was read, and after a read that failed. */
  value: T | undefined;
  /** Seconds since it was read. */
  age: number;
  /** How long the last read took, in seconds. */
  took: number;
  /** Whether the last read that ended went well. */
  ok: boolean;
}

/** How often may be read; times in milliseconds. */
export interface Throttle {
  /** How long a value is kept at least. @default 5000 */
  keepMillis?: number;
  /** The most of all time that may be spent reading: a slow read is kept longer. @default 0.05 */
  share?: number;
  /** How long a caller waits for a new value before it gets the one before. @default 8000 */
  waitMillis?: number;
  /** The clock, in milliseconds. @default performance.now */
  now?: () => number;
}

/** Makes a costly read cheap to call: never two at once, and not again before its pace allows. */
export function throttle<T>(
  read: () => Promise<T>,
  { keepMillis = 5000, share = 0.05, waitMillis = 8000, now = () => performance.now() }: Throttle = {},
): () => Promise<Reading<T>> {
  let last = { value: undefined as T | undefined, at: 0, took: 0, ok: false };
  let next = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function readNow(): Promise<void> {
    const began = now();
    const value = await read().catch(() => undefined);
    const at = now();
    const took = at - began;
    const ok = value !== undefined;
    last = { value, at, took, ok };
    next = at + Math.max(keepMillis, ok ? took / share : took);
    reading = undefined;
  }

  return async () => {
    if (now() >= next) reading ??= readNow();
    if (reading) await withinMillis(reading, waitMillis);
    const { value, at, took, ok } = last;
    return { value, age: (now() - at) / 1000, took: took / 1000, ok };
  };
}

async function withinMillis(work: Promise<void>, millis: number): Promise<void> {
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, millis);
  await Promise.race([work, limit.promise]);
  clearTimeout(timer);
}
