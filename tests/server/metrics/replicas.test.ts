import { expect, it, onTestFinished } from 'vitest';
import type { Queryable } from '../../../database/database.ts';
import { durationBounds } from '../../../domain/metrics/durations.ts';
import { readServerConfig } from '../../../server/config.ts';
import { describeOnEither } from '../../support/databases.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';
import { readMetrics } from './readMetrics.ts';
import { pieces, work } from './workload.ts';

const seed = Number(process.hrtime.bigint() % 1_000_000n);

describeOnEither('The figures of the database', (database) => {
  it(`are the same on every server and in plain SQL after a random workload (seed ${seed})`, async () => {
    const config = {
      ...readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' }),
      database: await database.createFresh(),
    };
    const start = async () => {
      const server = await startServer(config);
      onTestFinished(() => server.close());
      return server;
    };
    const servers = database.kind === 'postgres' ? [await start(), await start()] : [await start()];
    const [first] = servers;
    if (!first) throw new Error('No server was started.');
    for (const { store } of servers) await store.queue();

    const queues = servers.map(() => [] as Promise<void>[]);
    for (const [index, piece] of pieces(seed).entries()) {
      const server = servers[index % servers.length] ?? first;
      const queue = queues[index % servers.length] ?? [];
      queue.push((queue.at(-1) ?? Promise.resolve()).then(() => work(server, piece)));
    }
    await Promise.all(queues.flat());

    const expected = await askPlainly(first.store.db);
    expect([...expected.keys()].filter((name) => name.startsWith('nightshift_tasks')).length).toBeGreaterThan(
      5,
    );
    for (const { url } of servers) {
      const { values, of } = readMetrics((await send(url, '/metrics')).text);
      const told = Object.fromEntries([...expected.keys()].map((name) => [name, values.get(name)]));
      expect(told).toEqual(Object.fromEntries(expected));
      for (const [labels, tasks] of of('nightshift_tasks'))
        expect([labels, expected.get(`nightshift_tasks{${labels}}`)]).toEqual([labels, tasks]);
      const all = [...of('nightshift_task_duration_seconds_count').values()].reduce(
        (sum, one) => sum + one,
        0,
      );
      expect(all).toBe(await count(first.store.db, ended));
    }
  });
});

const ended = `agents_tasks WHERE duration_ms IS NOT NULL AND started_at IS NOT NULL AND status NOT IN ('queued', 'running')`;

async function count(db: Queryable, from: string): Promise<number> {
  const [row] = await db.query<{ count: number }>({ text: `SELECT count(*) AS count FROM ${from}` });
  return row?.count ?? 0;
}

/** Counts everything in the plainest way, by the names of the metrics. */
async function askPlainly(db: Queryable): Promise<Map<string, number>> {
  const expected = new Map<string, number>();
  const labels = (task: string) => task.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const groups = await db.query<{ task: string; status: string; count: number }>({
    text: 'SELECT task, status, count(*) AS count FROM agents_tasks GROUP BY task, status',
  });
  for (const group of groups) {
    expected.set(`nightshift_tasks{task="${labels(group.task)}",status="${group.status}"}`, group.count);
  }
  const asked = await db.query<{ task: string; status: string; ms: number[] }>({
    text: `SELECT task, CASE WHEN approval_state IS NULL THEN status ELSE 'awaiting_approval' END AS status,
      array_agg(duration_ms) AS ms FROM ${ended} GROUP BY 1, 2`,
  });
  for (const { task, status, ms } of asked) {
    const name = 'nightshift_task_duration_seconds';
    const both = `task="${labels(task)}",status="${status}"`;
    for (const bound of [...durationBounds, Number.POSITIVE_INFINITY]) {
      const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
      expected.set(`${name}_bucket{${both},le="${le}"}`, ms.filter((one) => one <= bound * 1000).length);
    }
    expected.set(`${name}_sum{${both}}`, ms.reduce((sum, one) => sum + one, 0) / 1000);
    expected.set(`${name}_count{${both}}`, ms.length);
  }
  for (const ending of ['exit', 'timeout', 'lost'])
    expected.set(
      `nightshift_attempts_total{ended_by="${ending}"}`,
      await count(db, `task_attempts WHERE ended_by = '${ending}'`),
    );
  const queued = `agents_tasks WHERE step IS NOT NULL AND status = 'queued' AND job_id IS`;
  const openRuns = `(SELECT DISTINCT run_id FROM agents_tasks WHERE status IN ('queued', 'running')) open`;
  const open = await count(db, openRuns);
  for (const [name, value] of Object.entries({
    'nightshift_queue_depth{state="due"}': await count(db, `${queued} NOT NULL`),
    'nightshift_queue_depth{state="waiting"}': await count(db, `${queued} NULL`),
    nightshift_leases: await count(db, 'task_attempts WHERE finished_at IS NULL'),
    nightshift_approvals_pending: await count(db, `agents_tasks WHERE status = 'awaiting_approval'`),
    'nightshift_runs{state="open"}': open,
    'nightshift_runs{state="finished"}': (await count(db, 'runs')) - open,
    nightshift_database_up: 1,
  }))
    expected.set(name, value);
  return expected;
}
