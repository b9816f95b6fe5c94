import type { Queryable } from '../../../database/database.ts';
import { recordSweep } from '../../../domain/engine/recordSweep.ts';
import type { Store } from '../../../domain/store.ts';

/** The columns of a table that hold moments. */
export interface Moments {
  table: string;
  columns: readonly string[];
}

/** What would be so much older if nobody had been there for some time. */
const watchedMoments: readonly Moments[] = [
  { table: 'sweeps', columns: ['looked_at', 'unbroken_since'] },
  { table: 'runs', columns: ['seen_at'] },
  { table: 'worker_looks', columns: ['seen_at', 'up_since'] },
  { table: 'task_attempts', columns: ['started_at', 'lease_expires_at'] },
  { table: 'agents_tasks', columns: ['due_at'] },
  { table: 'unclaimed_jobs', columns: ['since'] },
];

/** Finds every moment that a database holds, but those of the record of decisions, which nobody may change and nothing counts from. */
export function everyMoment(db: Queryable): Promise<Moments[]> {
  return db.query<Moments>({
    text: `SELECT quote_ident(nspname) || '.' || quote_ident(relname) AS table, array_agg(quote_ident(attname) ORDER BY attnum)::text[] AS columns
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE relkind IN ('r', 'p') AND NOT relispartition AND NOT attisdropped AND atttypid = 'timestamptz'::regtype
        AND (nspname = 'public' OR nspname = 'pgboss' AND relname = 'job')
        AND relname NOT IN ('decisions', 'refusal_hours', '_prisma_migrations')
      GROUP BY nspname, relname ORDER BY nspname, relname`,
  });
}

/** Lets time pass on the clock of a store's database, by making older what it has recorded: what is watched, or these moments. */
export function timePasses(store: Store, moments: readonly Moments[] = watchedMoments) {
  const older = moments.map(({ table, columns }, index) => {
    const changes = columns.map((column) => `${column} = ${column} - $1 * interval '1 second'`);
    return `passed${index} AS (UPDATE ${table} SET ${changes.join(', ')})`;
  });
  const pass = (seconds: number) =>
    store.db.transaction(async (tx) => {
      // Time that passes is no change of a row, so nothing may follow from it.
      await tx.query({ text: 'SET LOCAL session_replication_role = replica' });
      await tx.query({ text: `WITH ${older.join(', ')} SELECT 1`, values: [seconds] });
    });
  return {
    /** Nobody looks meanwhile. */
    pass,
    /** A replica looks every ten seconds, and sweeps at the end. */
    async passWatched(seconds: number, sweep: () => Promise<unknown> = async () => undefined) {
      for (let left = seconds; left > 0; left -= 10) {
        await pass(Math.min(10, left));
        await recordSweep(store);
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
