import { setTimeout as wait } from 'node:timers/promises';
import { type Client, expectType, RefusedError } from '../../client/index.ts';

/** What ends the holding of a lease before its command has ended. */
export type LeaseEnd = 'cancelled' | 'lost';

/** A lease that is kept alive in the background. */
export interface HeldLease {
  /** Stops saying that the worker is there. */
  release(): void;
}

/**
 * Extends a lease again and again, three times in the span for which it holds; the server answers late, so that it can
 * tell of a cancellation at once. A cancelled lease is held on, since its command may take time to end; a lost one is
 * not. Each is told once. While the server cannot be reached the command goes on: whether its result counts is for the
 * server to say. No clock is asked but the one that only runs forward.
 */
export function holdLease(
  client: Pick<Client, 'extendLease'>,
  { leaseId, holdsForMs }: { leaseId: string; holdsForMs: number },
  onEnd: (end: LeaseEnd) => void,
): HeldLease {
  const stop = new AbortController();
  const { signal } = stop;
  const everyMs = Math.min(longestMs, Math.max(100, Math.round(holdsForMs / 3)));
  void hold();
  // A reason of our own, since making the usual one takes a stack trace for each command.
  return { release: () => stop.abort('released') };

  async function hold(): Promise<void> {
    let isCancelled = false;
    // Most commands are over before anybody cancels them; they cost the server no word.
    for (let pauseMs = Math.min(everyMs, soonMs); await pause(pauseMs, signal); ) {
      const begin = performance.now();
      const answer = await extend(isCancelled ? 0 : everyMs);
      if (signal.aborted) return;
      if (answer === 'lost') return onEnd('lost');
      if (answer === 'cancelled' && !isCancelled) onEnd('cancelled');
      isCancelled ||= answer === 'cancelled';
      const untilNext = everyMs - (performance.now() - begin);
      pauseMs = answer === 'away' ? Math.min(untilNext, everyMs / 4) : untilNext;
    }
  }

  async function extend(waitMs: number): Promise<LeaseEnd | 'held' | 'away'> {
    // An answer that does not come leaves time for another try while the lease holds.
    const limit = AbortSignal.any([signal, AbortSignal.timeout(waitMs + everyMs)]);
    try {
      const answer = await client.extendLease(leaseId, { waitMs, signal: limit });
      return expectType(answer, 'ExtendedLease').cancelled ? 'cancelled' : 'held';
    } catch (error) {
      return error instanceof RefusedError && error.code === 'LostLeaseError' ? 'lost' : 'away';
    }
  }
}

// The server lets no answer wait much longer.
const longestMs = 20_000;

// After so long a command is one that may be cancelled.
const soonMs = 500;

/** Waits; says whether there was no reason to stop. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms > 0 && !signal.aborted) await wait(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
