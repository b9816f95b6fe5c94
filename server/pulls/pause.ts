import { readRetryAfter } from '../../contract/input/retryAfter.ts';

/** GitHub asks for longer pauses in no case that is known. */
const maxPauseMs = 2 * 3_600_000;

/** The pause of a limit that says nothing of its length, as GitHub's documentation has it. */
export const unknownPauseMs = 60_000;

/** Says for how many milliseconds an answer wants no more requests: none for most. */
export function pauseOf({ status, headers }: Pick<Response, 'status' | 'headers'>, text = ''): number {
  const after = readRetryAfter(headers.get('retry-after'));
  const isLimited = status === 429 || (status === 403 && /rate limit/i.test(text));
  if (after !== undefined && (isLimited || status === 403 || status === 503)) return bounded(after);
  if (headers.get('x-ratelimit-remaining') === '0') {
    // The clock of whoever sent it, so that ours may be wrong.
    const now = Date.parse(headers.get('date') ?? '') || Date.now();
    const reset = Number(headers.get('x-ratelimit-reset')) * 1000;
    if (reset > 0) return bounded(reset - now);
  }
  return isLimited ? unknownPauseMs : 0;
}

function bounded(millis: number): number {
  return Math.min(Math.max(millis, 1000), maxPauseMs);
}
