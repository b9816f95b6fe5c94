import { settleAbandoned } from '../domain/engine/abandoned.ts';
import { sweepLeases } from '../domain/engine/finishAttempt.ts';
import { removeUnusedQueues } from '../domain/engine/plans.ts';
import type { Store } from '../domain/store.ts';
import type { Logger } from './log.ts';

/**
 * Milliseconds between two looks at the leases, fewer where leases are short; each replica looks, and of those that
 * find one lapsed, one ends it.
 */
const sweepEveryMs = ({ leaseMs }: Store) => Math.min(10_000, leaseMs / 3);

/** Ends attempts whose workers are gone, again and again, until it is stopped. */
export function startSweeper(store: Store, log: Logger): { stop(): Promise<void> } {
  let sweeping: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    sweeping = sweep(store, log).finally(() => {
      busy = false;
    });
  }, sweepEveryMs(store));
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
    log.warn({ err: error }, 'The leases could not be looked at; the next look is soon');
  }
}
