import { setTimeout as wait } from 'node:timers/promises';
import { type Client, expectType, RefusedError } from '../../client/index.ts';

/** What ends the holding of a lease before its command has ended. */
export type LeaseEnd = 'cancelled' | 'lost' | 'lostContact';

/** The lease of an attempt, as far as it must be held. */
export interface LeaseToHold {
  leaseId: string;
  /** Milliseconds from its last extension on. */
  holdsForMs: number;
  /** When it was asked for, so that it holds from then on at the earliest. */
  askedAt: Moment;
}

/** A moment by the clock that only runs forward, and by the one that runs on while the machine sleeps; milliseconds. */
export interface Moment {
  running: number;
  wall: number;
}

/** The moment that it is now. */
export function momentNow(): Moment {
  return { running: performance.now(), wall: Date.now() };
}

/** Milliseconds since a moment, by the clock that says more. */
function passedSince({ running, wall }: Moment): number {
  return Math.max(performance.now() - running, Date.now() - wall);
}

/** How often a lease is extended. */
export function extensionMs({ holdsForMs }: Pick<LeaseToHold, 'holdsForMs'>): number {
  return Math.min(longestMs, Math.max(100, Math.round(holdsForMs / 3)));
}

/** A lease that is kept alive in the background. */
export interface HeldLease {
  /**
   * Says whether the lease is this worker's for sure. Where so long has passed since it was asked for that the process may
   * have stood still, the server is asked.
   */
  isOurs(): Promise<boolean>;
  /** Stops the heartbeats. */
  release(): void;
}

/** Who holds a lease. */
export interface Holder {
  onEnd(end: LeaseEnd): void;
  /** Called when the worker is to leave, perhaps more than once. */
  onDrained(): void;
  /**
   * How many milliseconds before the lease could expire the loss of contact is reported, for commands that must not
   * continue; undefined where it never is.
   */
  leadMs: number | undefined;
}

/**
 * Sends heartbeats: extends a lease three times in the span for which it holds. The server answers late, so that it can
 * report a cancellation at once. A cancelled lease is still extended, since its command may take time to end; a lost one
 * is not. While the server cannot be reached the command continues, and the server decides whether its result counts. For
 * commands that must not continue, the loss of contact is reported before the lease could expire; their leases are
 * extended more often, so that one late answer does not lose them. Each end is reported once.
 */
export function holdLease(
  client: Pick<Client, 'extendLease'>,
  { leaseId, holdsForMs, askedAt }: LeaseToHold,
  { onEnd, onDrained, leadMs }: Holder,
): HeldLease {
  const stop = new AbortController();
  const { signal } = stop;
  const everyMs =
    leadMs === undefined ? extensionMs({ holdsForMs }) : Math.max(100, (holdsForMs - leadMs) / 4);
  let expiry: NodeJS.Timeout | undefined;
  awaitExpiry(askedAt.running);
  void hold();
  return {
    async isOurs() {
      if (passedSince(askedAt) < holdsForMs / 2) return true;
      const answer = await extend(0);
      if (answer === 'lost') onEnd('lost');
      return answer !== 'lost' && answer !== 'away';
    },
    release() {
      clearTimeout(expiry);
      // A reason of our own, since making the usual one takes a stack trace for each command.
      stop.abort('released');
    },
  };

  /** The lease holds from when its extension was asked for, at the earliest. */
  function awaitExpiry(sinceMs: number): void {
    clearTimeout(expiry);
    if (leadMs === undefined) return;
    const leftMs = sinceMs + holdsForMs - leadMs - performance.now();
    expiry = setTimeout(() => onEnd('lostContact'), Math.max(0, leftMs)).unref();
  }

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
    // A request without an answer leaves time for another one while the lease holds.
    const limit = AbortSignal.any([signal, AbortSignal.timeout(waitMs + everyMs)]);
    const begin = performance.now();
    try {
      const answer = await client.extendLease(leaseId, { waitMs, signal: limit });
      const { cancelled, drained } = expectType(answer, 'ExtendedLease');
      if (!signal.aborted) awaitExpiry(begin);
      if (drained) onDrained();
      return cancelled ? 'cancelled' : 'held';
    } catch (error) {
      if (!(error instanceof RefusedError && error.code === 'LostLeaseError')) return 'away';
      clearTimeout(expiry);
      return 'lost';
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
