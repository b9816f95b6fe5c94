import { retryPauseAfter } from '../queue/retryPauses.ts';

/** A receiver that asks for a longer wait is not heeded beyond a day. */
const longestWaitSeconds = 86_400;

/**
 * Says after how many seconds the next try is due when so many have failed, or nothing when there is none. A wait that
 * the receiver asked for is kept where it is longer.
 */
export function pauseAfter(tries: number, retryAfterMs = 0): number | undefined {
  const pause = retryPauseAfter(tries);
  if (pause === undefined) return undefined;
  return Math.max(pause, Math.min(Math.ceil(retryAfterMs / 1000), longestWaitSeconds));
}
