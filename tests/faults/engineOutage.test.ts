import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, type ExpectStatic, it } from 'vitest';
import { expectType } from '../../client/index.ts';
import type { DatabaseConfig } from '../../database/database.ts';
import { useFreshDatabases } from '../support/databases.ts';
import { type PostgresServer, startPostgres } from '../support/postgresServer.ts';
import { type Cluster, makeCluster, type ServerProcess } from './support/cluster.ts';
import { noteWork } from './support/night.ts';

const leaseSeconds = 4;
const awayMs = 1.5 * leaseSeconds * 1000;
const commandSeconds = 8;
const clusters: Cluster[] = [];

/** A worker of which the command of a run's one task is at work. */
async function atWork(
  expect: ExpectStatic,
  database: DatabaseConfig,
): Promise<{ cluster: Cluster; server: ServerProcess }> {
  const cluster = makeCluster(database);
  clusters.push(cluster);
  const cmd = ['sh', [noteWork, String(commandSeconds), '1']] as [string, string[]];
  cluster.writePlan('long', { steps: [{ task: 'a', cmd, retries: 1 }] });
  const server = await cluster.startServer({ LEASE_SECONDS: String(leaseSeconds) });
  await cluster.startWorker(server, 'long', 'w', 1);
  expectType(await server.client.startRun({ plan: 'long', runId: 'long' }), 'Run');
  await expect.poll(() => cluster.marks().get('long-a'), { interval: 50 }).toEqual(['began']);
  return { cluster, server };
}

/** The one attempt must have been kept, and its end taken. */
async function expectOneAttempt(
  expect: ExpectStatic,
  {
    cluster,
    server,
  }: {
    cluster: Cluster;
    server: ServerProcess;
  },
): Promise<void> {
  const ended = async () => (await server.client.run('long'))?.finishedAt;
  await expect.poll(ended, { interval: 200 }).toBeTruthy();
  const [task] = (await server.client.tasks({ filter: { runId: ['long'] } })).nodes;
  const attempts = await server.client.attempts(task?.databaseId ?? 0);
  expect(attempts.map(({ endedBy, exitCode }) => [endedBy, exitCode])).toEqual([['EXIT', 0]]);
  expect(task?.status).toBe('SUCCEEDED');
  expect(cluster.marks().get('long-a')).toEqual(['began', 'ended']);
}

describe('An attempt whose worker cannot extend its lease for longer than the lease', () => {
  const databases = { pglite: useFreshDatabases('pglite'), postgres: useFreshDatabases('postgres') };
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await Promise.all(clusters.map((cluster) => cluster.close()));
    await postgres?.remove();
  });

  for (const [kind, database] of Object.entries(databases)) {
    it.concurrent(`is found again by a server that was killed (${kind})`, async ({ expect }) => {
      const { cluster, server } = await atWork(expect, await database.createFresh());
      await server.kill();
      await pause(awayMs);
      await server.start();
      await expectOneAttempt(expect, { cluster, server });
    });
  }

  it.concurrent('stays with its worker when PostgreSQL was away', async ({ expect }) => {
    const { cluster, server } = await atWork(expect, { url: postgres.url() });
    await postgres.kill();
    await pause(awayMs);
    await postgres.start();
    await expectOneAttempt(expect, { cluster, server });
  });
});
