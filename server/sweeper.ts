import { settleAbandoned } from '../domain/engine/abandoned.ts';
import { sweepLeases } from '../domain/engine/finishAttempt.ts';
import { removeUnusedQueues } from '../domain/engine/plans.ts';
import type { Store } from '../domain/store.ts';
import type { Logger } from './log.ts';

/** The longest time between two looks at the leases, in milliseconds. */
const longestPauseMs = 10_000;

/**
 * Ends attempts whose workers are gone, again and again, until it is stopped: every 10 s, or three times in a shorter
 * lease. Each replica looks, and of those that find a lease lapsed, one ends it.
 */
export function startSweeper(store: Store, log: Logger): { stop(): Promise<void> } {
  let sweeping: Promise<void> = Promise.resolve();
  let busy = false;
  const everyMs = Math.min(longestPauseMs, store.leaseMs / 3);
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    sweeping = sweep(store, log).finally(() => {
      busy = false;
    });
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await sweeping;
    },
  };
}

async function sweep(store: Store, log: Logger): Promise<void> {
  try {
    const lapsed = await sweepLeases(store);
    if (lapsed > 0) log.warn({ attempts: lapsed }, 'Leases lapsed: their workers were not heard of');
    const abandoned = await settleAbandoned(store);
    if (abandoned > 0)
      log.info({ runs: abandoned }, 'Runs were given up: the processes that ran them are gone');
    await removeUnusedQueues(store);
  } catch (error) {
    log.warn({ err: error }, 'The leases could not be looked at; the next look comes soon');
  }
}
