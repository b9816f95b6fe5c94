import { type Client, expectType, RefusedError } from '../../client/index.ts';

/** What ends the holding of a lease before its command has ended. */
export type LeaseEnd = 'cancelled' | 'lost';

/** A lease that is kept alive in the background. */
export interface HeldLease {
  /** Stops saying that the worker is there. */
  release(): void;
}

/**
 * Extends a lease again and again, three times in the span for which it holds. While the server cannot be reached the
 * command goes on: whether its result counts is for the server to say. A cancelled or lost lease is told once.
 */
export function holdLease(
  client: Pick<Client, 'extendLease'>,
  { leaseId, holdsForMs }: { leaseId: string; holdsForMs: number },
  onEnd: (end: LeaseEnd) => void,
): HeldLease {
  const stop = new AbortController();
  const everyMs = Math.max(100, Math.round(holdsForMs / 3));
  let timer = setTimeout(extend, everyMs);
  return {
    release() {
      stop.abort();
      clearTimeout(timer);
    },
  };

  async function extend(): Promise<void> {
    try {
      const limit = AbortSignal.any([stop.signal, AbortSignal.timeout(everyMs)]);
      const result = await client.extendLease(leaseId, { signal: limit });
      if (expectType(result, 'ExtendedLease').cancelled) return end('cancelled');
    } catch (error) {
      if (stop.signal.aborted) return;
      if (error instanceof RefusedError && error.code === 'LostLeaseError') return end('lost');
    }
    if (!stop.signal.aborted) timer = setTimeout(extend, everyMs);
  }

  function end(why: LeaseEnd): void {
    if (!stop.signal.aborted) onEnd(why);
  }
}
