import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Store } from '../store.ts';

/** The longest time between two looks of a replica at leases, in milliseconds. */
const longestPauseMs = 10_000;

/** Milliseconds between two looks of a replica at leases that hold for so long. */
export function sweepIntervalMs(leaseMs: number): number {
  return Math.min(longestPauseMs, leaseMs / 3);
}

/** Milliseconds after which a worker that is there is noted again: three times in a lease. */
export function signEveryMs(leaseMs: number): number {
  return leaseMs / 3;
}

/** The SQL for the time of the last look, up to which it is known who was heard of. */
export const lastSweepSql = 'coalesce((SELECT looked_at FROM sweeps WHERE id = 1), now())';

/**
 * Notes that a replica looks at leases now. After a time in which none did, because no server was up or the database
 * was away, nobody could be heard: what held at the last look then holds for its whole time again. Of several replicas
 * one does this. Says how many leases hold again; null when there was no such time.
 */
export async function recordSweep({ db, leaseMs }: Pick<Store, 'db' | 'leaseMs'>): Promise<number | null> {
  return db.transaction(async (tx) => {
    const [last] = await tx.query(lastSweep(silenceMs(leaseMs)));
    const again = last?.wasSilent ? await extendLeases(tx, last.lookedAt, leaseMs) : null;
    await tx.query(recordSweepSql(last?.wasSilent ?? false));
    return again;
  });
}

const lastSweep = statement({
  name: 'last_sweep',
  text: `SELECT looked_at AS "lookedAt", ${wasSilent('$1')} AS "wasSilent" FROM sweeps WHERE id = 1 FOR UPDATE`,
  row: { lookedAt: col.time, wasSilent: col.bool },
});

const recordSweepSql = statement({
  name: 'record_sweep',
  text: `INSERT INTO sweeps (id, looked_at) VALUES (1, clock_timestamp())
        ON CONFLICT (id) DO UPDATE SET looked_at = excluded.looked_at,
          unbroken_since = CASE WHEN $1::boolean THEN excluded.looked_at ELSE sweeps.unbroken_since END,
          silent_ms = sweeps.silent_ms + CASE WHEN $1::boolean
            THEN round(extract(epoch FROM excluded.looked_at - sweeps.looked_at) * 1000)::bigint ELSE 0 END`,
});

/** Says whether a lease that has lapsed did so while its holder could not be heard; then it holds again. */
export async function wasExtendedAfterOutage(
  store: Pick<Store, 'db' | 'leaseMs'>,
  leaseId: string,
): Promise<boolean> {
  const [unheard] = await store.db.query(lapsedUnheard(leaseId, silenceMs(store.leaseMs)));
  if (unheard === undefined) return false;
  await recordSweep(store);
  return true;
}

const lapsedUnheard = statement({
  name: 'lapsed_unheard',
  text: `SELECT 1 FROM task_attempts, sweeps
      WHERE id = 1 AND lease_id = $1 AND finished_at IS NULL AND lease_expires_at > looked_at AND ${wasSilent('$2')}`,
});

/** A pause between looks that is longer than this was a time in which none could be made. */
export function silenceMs(leaseMs: number): number {
  return sweepIntervalMs(leaseMs) * 1.5;
}

/** The condition that no look was made for so many milliseconds. */
export function wasSilent(afterMs: string): string {
  return `looked_at < clock_timestamp() - ${afterMs} * interval '1 ms'`;
}

/** What somebody holds is being reported just now, or held by what never ends: neither may keep the look from being noted. */
async function extendLeases(tx: Queryable, lookedAt: string, leaseMs: number): Promise<number> {
  await tx.query(touchRunsAfterOutage());
  await tx.query(touchReportersAfterOutage());
  const leases = await tx.query(extendLeasesAfterOutage(lookedAt, leaseMs));
  return leases.length;
}

const touchRunsAfterOutage = statement({
  name: 'touch_runs_after_outage',
  text: `UPDATE runs SET seen_at = clock_timestamp()
      WHERE run_id IN (SELECT run_id FROM runs WHERE scope LIKE 'run-%' FOR UPDATE SKIP LOCKED)`,
});

const touchReportersAfterOutage = statement({
  name: 'touch_reporters_after_outage',
  text: `UPDATE agents_tasks SET reported_at = clock_timestamp()
      WHERE id IN (SELECT id FROM agents_tasks WHERE status = 'running' AND step IS NULL FOR UPDATE SKIP LOCKED)`,
});

const extendLeasesAfterOutage = statement({
  name: 'extend_leases_after_outage',
  text: `UPDATE task_attempts SET lease_expires_at = clock_timestamp() + $2 * interval '1 ms'
      WHERE lease_id IN (SELECT lease_id FROM task_attempts WHERE finished_at IS NULL AND lease_expires_at > $1
        FOR UPDATE SKIP LOCKED) RETURNING 1`,
});
