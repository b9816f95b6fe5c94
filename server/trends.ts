import type { Store } from '../domain/store.ts';
import { rollOnce } from '../domain/trends/roll.ts';
import type { Logger } from './log.ts';
import { type Repeated, repeatedly } from './repeatedly.ts';

/** How often it is looked whether there is something to count, in milliseconds. */
const lookEveryMs = 10_000;

/** So long it goes on before others get their turn for a moment, in milliseconds; a history of years takes many such times. */
const mostAtOnceMs = 2000;

/**
 * Counts what happened into the cells that figures over time are read from, until it is stopped: apart from the sweep, since
 * the history of a database from before takes minutes, and dead workers are to be noticed meanwhile.
 */
export function startTrends(store: Pick<Store, 'db'>, log: Logger): Pick<Repeated, 'stop'> {
  let isOver = false;
  const roll = async () => {
    const end = Date.now() + mostAtOnceMs;
    while (!isOver && Date.now() < end && (await rollOnce(store.db)));
  };
  const rolls = repeatedly(roll, lookEveryMs, (err) =>
    log.warn({ err }, 'Counting tasks for the trends failed; it will be retried soon'),
  );
  rolls.wake();
  return {
    stop() {
      isOver = true;
      return rolls.stop();
    },
  };
}
