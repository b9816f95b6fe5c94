import { settleAbandoned } from '../domain/engine/abandoned.ts';
import { sweepLeases } from '../domain/engine/finishAttempt.ts';
import { lookEveryMs, noteLook } from '../domain/engine/noteLook.ts';
import { removeUnusedQueues } from '../domain/engine/plans.ts';
import type { Store } from '../domain/store.ts';
import { failSilent } from '../domain/tasks/failSilent.ts';
import type { Logger } from './log.ts';

/**
 * Ends attempts whose workers are gone and tasks whose reporters are silent, again and again, until it is stopped:
 * every 10 s, or three times in a shorter lease. Each replica looks; of those that find something, one ends it.
 */
export function startSweeper(store: Store, reportLimitMs: number, log: Logger): { stop(): Promise<void> } {
  let sweeping: Promise<void> = Promise.resolve();
  let busy = false;
  const everyMs = lookEveryMs(store.leaseMs);
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    sweeping = sweep(store, reportLimitMs, log).finally(() => {
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

/** Notes that the leases are looked at: what nobody could hear since the last look holds again. */
export async function look(store: Store, log: Logger): Promise<void> {
  const leases = await noteLook(store);
  if (leases) log.warn({ leases }, 'Nobody looked at leases for a time: those that were open hold again');
}

async function sweep(store: Store, reportLimitMs: number, log: Logger): Promise<void> {
  try {
    await look(store, log);
    const lapsed = await sweepLeases(store);
    if (lapsed > 0) log.warn({ attempts: lapsed }, 'Leases lapsed: their workers were not heard of');
    const abandoned = await settleAbandoned(store);
    if (abandoned > 0)
      log.info({ runs: abandoned }, 'Runs were given up: the processes that ran them are gone');
    const silent = await failSilent(store, reportLimitMs);
    if (silent > 0) log.warn({ tasks: silent }, 'Tasks were failed: their reporters were not heard of');
    await removeUnusedQueues(store);
  } catch (error) {
    log.warn({ err: error }, 'The leases could not be looked at; the next look comes soon');
  }
}
