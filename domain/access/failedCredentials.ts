import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/**
 * What wrong credentials are counted by: the network that they came from, and the beginning of a key; and sign-ins that
 * begin by their network.
 */
export type FailureKind = 'network' | 'key_prefix' | 'sign_in';

/** Where wrong credentials come from. */
export interface FailureSource {
  kind: FailureKind;
  source: string;
}

/** How many came from there. */
export interface Failures extends FailureSource {
  count: number;
}

/** How many all servers together have seen from there, and for how long they still count. */
export interface CountedFailures extends Failures {
  endsInMs: number;
}

/** For how long failures of one source are counted together, from the first one on, in milliseconds. */
export const failureWindowMs = 60_000;

/**
 * Counts failures and says how many there are by now, with one statement on the database's clock, so that servers whose
 * clocks differ share the counts and of failures at the same moment none is lost. Each source may be given once.
 */
export async function countFailures(
  db: Queryable,
  failures: readonly Failures[],
): Promise<CountedFailures[]> {
  const counted = await db.query(
    countFailedCredentials(
      failures.map(({ kind }) => kind),
      failures.map(({ source }) => source),
      failures.map(({ count }) => count),
      failureWindowMs,
    ),
  );
  return counted.map(({ kind, source, count, ends_in_ms: endsInMs }) => ({ kind, source, count, endsInMs }));
}

// In one order, so that two servers that count the same sources do not wait for each other.
const countFailedCredentials = statement({
  name: 'count_failed_credentials',
  text: `INSERT INTO failed_credentials AS failed (kind, source, window_began_at, count)
      SELECT kind, source, now(), count FROM unnest($1::text[], $2::text[], $3::int[]) AS new (kind, source, count)
      ORDER BY kind, source
      ON CONFLICT (kind, source) DO UPDATE SET (window_began_at, count) = (
        SELECT CASE WHEN is_over THEN excluded.window_began_at ELSE failed.window_began_at END,
          CASE WHEN is_over THEN 0 ELSE failed.count END + excluded.count
        FROM (SELECT failed.window_began_at <= excluded.window_began_at - $4::float8 * interval '1 ms' AS is_over) old)
      RETURNING kind, source, count,
        least($4::float8, greatest(0, $4::float8 - extract(epoch FROM now() - window_began_at)::float8 * 1000)) AS ends_in_ms`,
  row: { kind: col.word<FailureKind>(), source: col.text, count: col.int, ends_in_ms: col.float },
});

/** Forgets failures that count no more. */
export async function forgetFailures(db: Queryable): Promise<void> {
  await db.query(forgetFailedCredentials(failureWindowMs));
}

const forgetFailedCredentials = statement({
  name: 'forget_failed_credentials',
  text: `DELETE FROM failed_credentials WHERE (kind, source) IN (
      SELECT kind, source FROM failed_credentials WHERE window_began_at <= now() - $1::float8 * interval '1 ms'
      LIMIT 10000 FOR UPDATE SKIP LOCKED)`,
});
