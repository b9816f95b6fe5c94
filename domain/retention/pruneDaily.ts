import { col, statement } from '../../database/statement.ts';
import { system } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { type Pruned, pruneTasks } from './prune.ts';

/** The row of `sweeps` that says when the last daily prune began. */
const dailyPrune = 2;

/**
 * Prunes what is older than so many days, unless that was begun within the last day: of several replicas one does it.
 * Where it fails it is time again after an hour. Gives what was pruned; nothing when it was not time.
 */
export async function pruneDaily(
  store: Pick<Store, 'db'> & Partial<Pick<Store, 'changes'>>,
  days: number,
): Promise<Pruned | undefined> {
  const [begun] = await store.db.query(beginDailyPrune(days));
  try {
    return begun && (await pruneTasks(store, system, begun.cutoff, 'engine'));
  } catch (error) {
    await store.db.query(delayDailyPrune());
    throw error;
  }
}

const beginDailyPrune = statement({
  name: 'begin_daily_prune',
  text: `INSERT INTO sweeps (id, looked_at) VALUES (${dailyPrune}, clock_timestamp())
      ON CONFLICT (id) DO UPDATE SET looked_at = excluded.looked_at WHERE sweeps.looked_at <= clock_timestamp() - interval '1 day'
      RETURNING (clock_timestamp() - $1 * interval '1 day')::timestamptz(3) AS cutoff`,
  row: { cutoff: col.time },
});

const delayDailyPrune = statement({
  name: 'delay_daily_prune',
  text: `UPDATE sweeps SET looked_at = clock_timestamp() - interval '23 hours' WHERE id = ${dailyPrune}`,
});
