import { noteLook } from '../../../domain/engine/noteLook.ts';
import type { Store } from '../../../domain/store.ts';

/** What would be so much older if nobody had been there for some time. */
const moments = [
  ...[
    'sweeps.looked_at',
    'sweeps.unbroken_since',
    'runs.seen_at',
    'worker_looks.seen_at',
    'worker_looks.up_since',
  ],
  ...[
    'task_attempts.started_at',
    'task_attempts.lease_expires_at',
    'agents_tasks.due_at',
    'unclaimed_jobs.since',
  ],
].map((name) => name.split('.') as [table: string, column: string]);

/** Lets time pass on the clock of a store's database, by making all that it has recorded older. */
export function timePasses(store: Store) {
  const pass = async (seconds: number) => {
    for (const [table, column] of moments)
      await store.db.query({
        text: `UPDATE ${table} SET ${column} = ${column} - $1 * interval '1 second'`,
        values: [seconds],
      });
  };
  return {
    /** Nobody looks meanwhile. */
    pass,
    /** A replica looks every ten seconds, and sweeps at the end. */
    async passWatched(seconds: number, sweep: () => Promise<unknown> = async () => undefined) {
      for (let left = seconds; left > 0; left -= 10) {
        await pass(Math.min(10, left));
        await noteLook(store);
      }
      await sweep();
    },
    /** As if looks had come in time all along: long times at once. */
    async skipWatched(seconds: number, sweep: () => Promise<unknown> = async () => undefined) {
      await pass(seconds);
      await store.db.query({ text: 'UPDATE sweeps SET looked_at = clock_timestamp() WHERE id = 1' });
      await sweep();
    },
  };
}
