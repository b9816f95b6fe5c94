import { setTimeout as sleep } from 'node:timers/promises';

/** How long the bench waits for one thing unless told otherwise: only what hangs takes so long, however busy the machine. */
export const patienceMs = 5 * 60_000;

/** Something did not come within its limit; the message says what. */
export class WaitedTooLong extends Error {
  override readonly name = 'WaitedTooLong';

  constructor(what: string, limitMs: number) {
    super(`Waited ${limitMs / 1000} s for ${what}.`);
  }
}

/** What is waited for: a promise, or what starts it. The signal tells it to end what it has started: nobody waits any more. */
export type Wanted<T> = PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>);

/** The one way in which the bench waits for anything outside its own process. @throws WaitedTooLong */
export async function within<T>(
  what: string | (() => string),
  wanted: Wanted<T>,
  limitMs = patienceMs,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  let stop: AbortController | undefined;
  const timer = setTimeout(() => {
    const error = new WaitedTooLong(typeof what === 'function' ? what() : what, limitMs);
    reject(error);
    stop?.abort(error);
  }, limitMs);
  const start = (begin: (signal: AbortSignal) => PromiseLike<T>) => {
    stop = new AbortController();
    return begin(stop.signal);
  };
  try {
    return await Promise.race([typeof wanted === 'function' ? start(wanted) : wanted, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again and again until there is an answer; `undefined` is none. @throws WaitedTooLong */
export async function until<T>(
  what: string | (() => string),
  ask: (signal: AbortSignal) => Promise<T | undefined>,
  { everyMs = 50, limitMs = patienceMs } = {},
): Promise<T> {
  const asking = async (signal: AbortSignal) => {
    for (;;) {
      const answer = await ask(signal);
      if (answer !== undefined) return answer;
      await sleep(everyMs, undefined, { signal });
    }
  };
  return await within(what, asking, limitMs);
}

/** Does nothing for a time. */
export async function pause(millis: number): Promise<void> {
  await sleep(millis);
}
