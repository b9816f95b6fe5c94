import { setTimeout as pause } from 'node:timers/promises';
import { growingPause } from '../contract/growingPause.ts';

/** How often and how long to try; times in milliseconds. */
export interface RetryPolicy {
  /** How many attempts follow the first. @default 4 */
  retries: number;
  /** The longest pause before the first retry; it doubles with each. @default 250 */
  minDelayMs: number;
  /** The longest pause of all. @default 10000 */
  maxDelayMs: number;
}

/** What to do about a failed attempt: give up with an error, or retry. */
export type Verdict =
  | { retry: false; error: unknown }
  | { retry: true; cause: unknown /** What `Retry-After` asked for. */; afterMs?: number };

/** Passed to `onRetry` before each pause. */
export interface Retry {
  /** The number of the attempt that failed, from 1. */
  attempt: number;
  waitMs: number;
  cause: unknown;
}

/**
 * Calls `attempt` until it succeeds, its failure is final, or the attempts are used up: then `exhausted` makes the
 * error. Pauses grow exponentially with full jitter, so callers that failed together do not come back together.
 */
export async function retrying<T>(
  policy: RetryPolicy,
  attempt: () => Promise<T>,
  judge: (error: unknown) => Verdict,
  exhausted: (cause: unknown, attempts: number) => Error,
  options: { signal?: AbortSignal; onRetry?: (retry: Retry) => void } = {},
): Promise<T> {
  const { signal, onRetry } = options;
  for (let count = 1; ; count += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      const verdict = judge(error);
      if (!verdict.retry) throw verdict.error;
      if (count > policy.retries) throw exhausted(verdict.cause, count);
      const waitMs = delayOf(policy, count, verdict.afterMs);
      onRetry?.({ attempt: count, waitMs, cause: verdict.cause });
      await waitFor(waitMs, signal);
    }
  }
}

/** The pause after failure number `count`: random up to a limit that doubles, and never less than the server asked for. */
export function delayOf({ minDelayMs, maxDelayMs }: RetryPolicy, count: number, afterMs = 0): number {
  const limit = growingPause({ firstMs: minDelayMs, longestMs: maxDelayMs }, count - 1);
  return Math.round(Math.min(afterMs, longestRetryAfter) + Math.random() * limit);
}

const longestRetryAfter = 60_000;

/** Waits, or throws the signal's reason as soon as it is aborted. */
export async function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
