/** Seconds from each failed try to the next one: 10 s, 1 m, 10 m, 1 h, 6 h; there are six tries. */
const pauses = [10, 60, 600, 3600, 21_600];

/** A receiver that asks for a longer wait is not heeded beyond a day. */
const longestWaitSeconds = 86_400;

/**
 * Says after how many seconds the next try is due when so many have failed, or nothing when there is none. A wait that
 * the receiver asked for is kept where it is longer.
 */
export function pauseAfter(tries: number, retryAfterMs = 0): number | undefined {
  const pause = pauses[tries - 1];
  if (pause === undefined) return undefined;
  return Math.max(pause, Math.min(Math.ceil(retryAfterMs / 1000), longestWaitSeconds));
}
