import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../database/database.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';

const contents = 12_000;

describe('A prune of very many contents of a plan', () => {
  const database = useDatabase('postgres');

  it('reads no table again for each of them, and keeps those that a run has', async () => {
    const config = await database.createFresh();
    const db = await openDatabase(config);
    const hash = (n: string) => `encode(sha256(convert_to('plan ' || ${n}, 'UTF8')), 'hex')`;
    await db.query({
      text: `INSERT INTO plans (hash, name, definition, registered_at) SELECT ${hash('n')}, 'nightly', '{}', now() - interval '300 days' + n * interval '1 minute'
        FROM generate_series(1, ${contents}) n`,
    });
    await db.query({
      text: `INSERT INTO runs (run_id, plan_hash, scope, created_at) SELECT 'run-' || n, ${hash('n * 3')}, 'plan', now() - interval '1 day' FROM generate_series(1, ${contents / 3}) n`,
    });
    await db.query({
      text: `INSERT INTO deliveries (id, kind, channel, payload, state, created_at) SELECT gen_random_uuid(), 'digest', 'slack', '{}',
        CASE WHEN n % 2 = 0 THEN 'delivered' ELSE 'pending' END, now() - interval '200 days' FROM generate_series(1, 12000) n`,
    });
    await db.query({
      text: `INSERT INTO idempotency_keys (viewer, key, request_hash, response, created_at) SELECT 'v', n::text, repeat('0', 64), '{}',
        now() - CASE WHEN n % 2 = 0 THEN 200 ELSE 20 END * interval '1 day' FROM generate_series(1, 12000) n`,
    });
    await db.query({
      text: `INSERT INTO schedule_ticks (plan, due_at, outcome) SELECT 'nightly', now() - interval '97 days' + n * interval '1 minute', 'missed'
        FROM generate_series(0, 12000) n`,
    });
    for (const table of ['plans', 'runs', 'deliveries']) await db.query({ text: `ANALYZE ${table}` });
    await pruneTasks({ db }, everything, new Date(Date.now() - 90 * 24 * 3600_000).toISOString());
    const count = async (text: string) => (await db.query<{ count: number }>({ text }))[0]?.count;
    expect(await count('SELECT count(*) FROM plans')).toBe(contents / 3);
    expect(await count('SELECT count(*) FROM deliveries')).toBe(6000);
    expect(await count('SELECT count(*) FROM idempotency_keys')).toBe(6000);
    expect(
      await count(`SELECT count(*) FROM schedule_ticks WHERE due_at < now() - interval '90 days'`),
    ).toBeLessThan(5);
    expect(await count('SELECT count(*) FROM schedule_ticks')).toBeGreaterThan(1000);
    expect(await count('SELECT count(*) FROM runs')).toBe(contents / 3);
    // What a connection has read is known once it has ended.
    await db.close();
    const later = await openDatabase(config, { migrate: false });
    const [read] = await later.query<{ scans: number }>({
      text: `SELECT sum(seq_scan) AS scans FROM pg_stat_user_tables WHERE relname IN ('runs', 'plans', 'agents_tasks')`,
    });
    await later.close();
    expect(Number(read?.scans)).toBeLessThan(100);
  });
});
