import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../client/index.ts';
import { useDatabase } from '../support/databases.ts';
import { sized } from '../support/form.ts';
import { type Cluster, makeCluster } from './support/cluster.ts';
import { untilRunEnds } from './support/story.ts';

const tasks = sized({ short: 100, full: 2000 });
const perRun = Math.min(tasks, 500);

describe('Two servers and four workers', () => {
  const database = useDatabase('postgres');
  let cluster: Cluster;
  beforeAll(() => {
    cluster = makeCluster(database.config());
  });
  afterAll(() => cluster.close());

  it(`run each of ${tasks} tasks exactly once, without an error`, async () => {
    const note = 'echo began >> "$HOME/marks/$NIGHTSHIFT_RUN_ID-$NIGHTSHIFT_TASK"';
    const steps = Array.from({ length: perRun }, (_, index) => ({
      task: `t${index}`,
      cmd: ['sh', ['-c', `${note}; true`]] as [string, string[]],
    }));
    cluster.writePlan('many', { concurrency: 100, steps });
    const patient = { LEASE_SECONDS: '600' };
    const servers = await Promise.all([cluster.startServer(patient), cluster.startServer(patient)]);
    const [one, two] = servers;
    const workers = await Promise.all(
      [one, two, one, two].map((server, index) => cluster.startWorker(server, 'many', `w${index}`, 2)),
    );
    const began = performance.now();
    const runIds = Array.from({ length: tasks / perRun }, (_, index) => `many-${index}`);
    for (const [index, runId] of runIds.entries()) {
      const { client } = index % 2 === 0 ? one : two;
      expectType(await client.startRun({ plan: 'many', runId }), 'Run');
    }
    const db = database.db();
    for (const runId of runIds) await untilRunEnds(db, runId);
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `${tasks} tasks in ${seconds.toFixed(1)} s: ${(tasks / seconds).toFixed(0)} tasks/s, 2 servers, 4 workers of 2`,
    );

    const marks = cluster.marks();
    expect(marks.size).toBe(tasks);
    expect([...marks].filter(([, starts]) => starts.length !== 1)).toEqual([]);
    const odd = await db.query({
      text: `SELECT task, run_id, status, attempts FROM agents_tasks WHERE status <> 'succeeded' OR attempts <> 1
        OR (SELECT count(*) FROM task_attempts WHERE task_id = agents_tasks.id AND ended_by = 'exit' AND exit_code = 0) <> 1`,
    });
    expect(odd).toEqual([]);
    expect(servers.flatMap((server) => server.logged())).toEqual([]);
    for (const worker of workers)
      expect(worker.stderr() + worker.stdout()).not.toMatch(/lapsed|refused|kept|rror/);
    const [left] = await db.query<{ jobs: number }>({
      text: `SELECT count(*) AS jobs FROM pgboss.job WHERE state IN ('created', 'retry', 'active')`,
    });
    expect(left?.jobs).toBe(0);
  });
});
