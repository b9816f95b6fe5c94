import type { Database } from '../../../database/database.ts';
import { readCoverage } from '../../../domain/trends/coverage.ts';
import { rollOnce } from '../../../domain/trends/roll.ts';

/** Approvals are opened by hand here, since their nights are over. */
const opener = (how: 'DISABLE' | 'ENABLE') => `ALTER TABLE agents_tasks ${how} TRIGGER approvals_are_opened`;

/**
 * Makes nights of `acme/site:nightly` that are over, at half past two in UTC, the last one on the day of a moment: `lint` fails
 * each seventh night, `review` takes 60 seconds and twice as long in the younger half, `sync` recovers each sixth night by a
 * second attempt, `deps` is decided within an hour and each fifth time rejected, `docs` takes five seconds. Then counts them.
 */
export async function makePastNights(
  db: Database,
  { count, until }: { count: number; until: Date },
): Promise<void> {
  const sql = (text: string, ...values: unknown[]) => db.query({ text, values });
  const night = `date_trunc('day', $2::timestamptz, 'UTC') + interval '150 min' - n * interval '1 day'`;
  await sql(opener('DISABLE'));
  await sql(`INSERT INTO plans (hash, name, project, definition) VALUES (repeat('a', 64), 'nightly', 'acme/site', '{}')
    ON CONFLICT DO NOTHING`);
  await sql(
    `INSERT INTO runs (run_id, created_at, plan_hash)
      SELECT 'night-' || n, ${night}, repeat('a', 64) FROM generate_series(0, $1::int - 1) n`,
    ...[count, until.toISOString()],
  );
  await sql(
    `INSERT INTO agents_tasks (task, run_id, status, approval_state, attempts, started_at, finished_at, duration_ms)
      SELECT task, 'night-' || n,
        CASE WHEN task = 'lint' AND n % 7 = 6 OR task = 'deps' AND n % 5 = 4 THEN 'failed' ELSE 'succeeded' END,
        CASE WHEN task = 'deps' AND n % 5 = 4 THEN 'rejected' WHEN task = 'deps' THEN 'approved' END,
        CASE WHEN task = 'sync' AND n % 6 = 5 THEN 2 ELSE 1 END,
        ${night}, ${night} + ms * interval '1 ms', ms
      FROM generate_series(0, $1::int - 1) n, LATERAL (VALUES ('lint', 12000), ('review', CASE WHEN n < $1::int / 2 THEN 120000 ELSE 60000 END),
        ('sync', 30000), ('deps', 45000), ('docs', 5000)) step (task, ms)`,
    ...[count, until.toISOString()],
  );
  await sql(`INSERT INTO approvals (task_id, state, policy, requested_at, ended_at)
    SELECT id, approval_state, '{}', finished_at, finished_at + interval '1 hour' FROM agents_tasks WHERE approval_state IN ('approved', 'rejected')`);
  await sql(`INSERT INTO task_attempts (lease_id, task_id, number, worker, request_id, lease_expires_at, finished_at, ended_by)
    SELECT gen_random_uuid(), id, 1, 'w', gen_random_uuid(), started_at, started_at, 'exit' FROM agents_tasks WHERE attempts = 2`);
  await sql(opener('ENABLE'));
  await countAll(db);
}

/** Counts what the trends are read from, as the server does in the background. */
export async function countAll(db: Database): Promise<void> {
  do while (await rollOnce(db));
  while ((await readCoverage(db)).from !== null);
}
