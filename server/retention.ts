import { plural } from '../contract/text/plural.ts';
import { pruneDaily } from '../domain/retention/pruneDaily.ts';
import type { Store } from '../domain/store.ts';
import type { Logger } from './log.ts';
import { type Repeated, repeatedly } from './repeatedly.ts';

/** How often it is looked whether a day has passed, in milliseconds. */
const lookEveryMs = 10 * 60_000;

/**
 * Deletes once a day what is older than so many days, until it is stopped: apart from the sweep, since deleting much
 * takes long, and dead workers are to be noticed meanwhile. Without a number of days nothing is deleted.
 */
export function startRetention(
  store: Pick<Store, 'db'> & Partial<Pick<Store, 'changes'>>,
  days: number | undefined,
  log: Logger,
): Pick<Repeated, 'stop'> {
  if (days === undefined) return { stop: async () => {} };
  const prune = async () => {
    const pruned = await pruneDaily(store, days);
    if (pruned) log.info({ ...pruned }, `Pruned records older than ${plural(days, 'day')} (RETENTION_DAYS)`);
  };
  const retention = repeatedly(prune, lookEveryMs, (err) =>
    log.warn({ err }, 'The prune failed before it had deleted everything; it will be retried in an hour'),
  );
  retention.wake();
  return retention;
}
