import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Quota, quotaHeaders } from '../../contract/quota.ts';
import { plural } from '../../contract/text/plural.ts';
import { TooManyError } from '../../domain/input/errors.ts';
import { callerKey } from '../../domain/input/viewer.ts';
import type { RateLimit } from '../settings/rateLimit.ts';
import type { Access } from './access.ts';
import { type Credentials, credentialsOf } from './credentials.ts';

/** How many callers are remembered. */
const maxCallers = 10_000;

/**
 * Makes what counts the requests of each caller, writes into each answer how many are left, and gives the error that
 * refuses one too many. A request that waits or streams counts once. What a caller may send comes back evenly, so that
 * whoever sends too much is slowed down to the limit and not kept out until the time is over. Each process counts for
 * itself.
 */
export function createRateLimit(
  { requests, seconds }: RateLimit,
  access: Pick<Access, 'authenticate' | 'addressOf'>,
): (request: IncomingMessage, response: ServerResponse) => TooManyError | undefined {
  const spend = createBuckets(requests, (seconds * 1000) / requests);
  return (request, response) => {
    const { isSpent, remaining, nextInMs } = spend(keyOf(credentialsOf(request)));
    const resetSeconds = Math.max(1, Math.ceil(nextInMs / 1000));
    const quota: Quota = {
      policy: 'requests',
      limit: requests,
      remaining,
      windowSeconds: seconds,
      resetSeconds,
    };
    for (const [name, value] of Object.entries(quotaHeaders(quota))) response.setHeader(name, value);
    if (isSpent) return undefined;
    const rate = `${plural(requests, 'request')} in ${plural(seconds, 'second')}`;
    return new TooManyError(
      `Too many requests: this server takes ${rate} from one caller (RATE_LIMIT). Try again in ${plural(resetSeconds, 'second')}.`,
      quota,
    );
  };

  /** Whom the proxy names in a way that does not count is told so by the route. */
  function keyOf(credentials: Credentials): string {
    try {
      return callerKey(access.authenticate(credentials));
    } catch {
      return callerKey({ id: 'anonymous', kind: 'anonymous', address: access.addressOf(credentials) });
    }
  }
}

/** What became of taking one of what a caller may have. */
interface Spent {
  isSpent: boolean;
  remaining: number;
  /** The time until there is one more, in milliseconds. */
  nextInMs: number;
}

/** Makes a bucket of each caller, which is full at first and gets one more every so many milliseconds. */
function createBuckets(size: number, refillMs: number): (key: string) => Spent {
  /** When the bucket of a caller is full again; the one that was quiet for longest stands first. */
  const fullAt = new Map<string, number>();
  return (key) => {
    const now = performance.now();
    const taken = Math.max(0, (fullAt.get(key) ?? now) - now) / refillMs;
    const isSpent = taken <= size - 1;
    const left = size - taken - (isSpent ? 1 : 0);
    fullAt.delete(key);
    if (fullAt.size >= maxCallers) fullAt.delete(fullAt.keys().next().value ?? '');
    fullAt.set(key, now + (size - left) * refillMs);
    const remaining = Math.floor(left);
    return { isSpent, remaining, nextInMs: (remaining + 1 - left) * refillMs };
  };
}
