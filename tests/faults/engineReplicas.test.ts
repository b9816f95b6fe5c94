import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../client/index.ts';
import { readMetrics } from '../server/metrics/readMetrics.ts';
import { send } from '../server/serve.ts';
import { useDatabase } from '../support/databases.ts';
import { type Cluster, makeCluster, type ServerProcess } from './support/cluster.ts';

const definition = { name: 'night', steps: [{ task: 'a' }, { task: 'b', needs: ['a'] }] };

describe('Two servers as processes of their own on one database', () => {
  const database = useDatabase('postgres');
  let cluster: Cluster;
  let servers: [ServerProcess, ServerProcess];
  beforeAll(async () => {
    cluster = makeCluster(database.config());
    servers = await Promise.all([cluster.startServer(), cluster.startServer()]);
  });
  afterAll(async () => {
    const logged = servers.flatMap((server) => server.logged());
    await cluster.close();
    expect(logged).toEqual([]);
  });

  /** Asks a hundred times at once, every second time the other server. */
  const hundredTimes = <T>(ask: (server: ServerProcess) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: 100 }, (_, index) => ask(servers[index % 2 === 0 ? 0 : 1])));
  const count = async (from: string): Promise<number | undefined> => {
    const [row] = await database
      .db()
      .query<{ count: number }>({ text: `SELECT count(*) AS count FROM ${from}` });
    return row?.count;
  };

  it('start one run for a hundred requests with one idempotency key', async () => {
    const runs = await hundredTimes(async ({ client }) =>
      expectType(await client.startRun({ definition, idempotencyKey: 'once' }), 'Run'),
    );
    expect(new Set(runs.map(({ runId }) => runId)).size).toBe(1);
    expect(await count(`runs WHERE run_id LIKE 'night-%'`)).toBe(1);
    expect(await count(`agents_tasks WHERE run_id LIKE 'night-%'`)).toBe(2);
  });

  it('start one run for a hundred requests with one run id', async () => {
    await hundredTimes(async ({ client }) =>
      expectType(await client.startRun({ definition, runId: 'same' }), 'Run'),
    );
    expect(await count(`agents_tasks WHERE run_id = 'same'`)).toBe(2);
    expect(await count(`agents_tasks JOIN pgboss.job ON job.id = job_id WHERE run_id = 'same'`)).toBe(1);
  });

  it('start a run of its own for each of a hundred requests without a name', async () => {
    const named = { ...definition, name: 'many' };
    const runs = await hundredTimes(async ({ client }) =>
      expectType(await client.startRun({ definition: named }), 'Run'),
    );
    expect(new Set(runs.map(({ runId }) => runId)).size).toBe(100);
    expect(await count(`runs WHERE run_id LIKE 'many-%'`)).toBe(100);
  });

  it('make one task of a hundred requests with one idempotency key, over GraphQL and over REST', async () => {
    const input = { task: 'a.b', runId: 'outside', status: 'RUNNING', idempotencyKey: 'once more' } as const;
    const tasks = await hundredTimes(async ({ client }) =>
      expectType(await client.createTask(input), 'Task'),
    );
    expect(new Set(tasks.map(({ databaseId }) => databaseId)).size).toBe(1);
    const json = { task: 'a.b', run_id: 'rest', status: 'running' };
    const answers = await hundredTimes(({ url }) =>
      send(url, '/agents/tasks/', { method: 'POST', json, headers: { 'idempotency-key': 'by rest' } }),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
    expect(await count(`agents_tasks WHERE run_id = 'outside'`)).toBe(1);
    expect(await count(`agents_tasks WHERE run_id = 'rest'`)).toBe(1);
  });

  it('give one lease to a hundred requests with one request id', async () => {
    const run = { ...definition, name: 'leased' };
    const { hash } = expectType(await servers[0].client.registerPlan(run), 'RegisteredPlan');
    for (const runId of ['leased-1', 'leased-2', 'leased-3'])
      expectType(await servers[0].client.startRun({ plan: 'leased', runId }), 'Run');
    const wanted = {
      worker: 'w',
      planHashes: [hash],
      runIds: [],
      labels: [],
      requestId: '8f6f2d3e-2d0c-4c7e-9d55-3a1c9c1d8a11',
      waitMs: 5000,
    };
    const offers = await hundredTimes(async ({ client }) =>
      expectType(await client.leaseTask(wanted), 'LeaseOffer'),
    );
    expect(new Set(offers.map(({ lease }) => lease?.leaseId)).size).toBe(1);
    expect(await count('task_attempts')).toBe(1);
  });

  it.each([
    ['the first', 0, 1],
    ['the second', 1, 0],
  ] as const)('tell subscribers of %s what changes at the other', async (_which, here, there) => {
    const abort = new AbortController();
    const runId = `watched-${here}`;
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { task, status } of servers[here].client.watchRun(runId, { signal: abort.signal }))
        seen.push(`${task} ${status}`);
    })().catch(() => undefined);
    const watched = async () =>
      readMetrics((await send(servers[here].url, '/metrics')).text).values.get('nightshift_subscriptions');
    await expect.poll(watched).toBe(1);
    const { client } = servers[there];
    expectType(await client.startRun({ definition, runId, exclusive: true }), 'Run');
    const offered = await client.leaseTask({ worker: 'w', planHashes: [], runIds: [runId], labels: [] });
    const leaseId = expectType(offered, 'LeaseOffer').lease?.leaseId ?? '';
    expectType(
      await client.finishAttempt({ leaseId, ending: 'EXIT', exitCode: 3, durationMs: 1 }),
      'FinishedAttempt',
    );
    await expect.poll(() => seen).toContain('b SKIPPED');
    expect(seen).toContain('a FAILED');
    abort.abort();
    await watching;
  });
});
