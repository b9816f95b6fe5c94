import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { type BadNetwork, startProxy } from '../../orchestrator/support/proxy.ts';
import { startTestServer, type TestServer } from '../../orchestrator/support/server.ts';
import { type TestDatabase, useDatabase } from '../../support/databases.ts';

/** Two servers on one PostgreSQL: a lease holds as long as that one says which gave or extended it. */
export interface TwoServers {
  database: TestDatabase;
  /** Whose leases outlive any outage of these tests. */
  patient(): TestServer;
  /** Whose leases lapse after five seconds. */
  strict(): TestServer;
  /** Stands before a server until the test has finished. */
  proxyOf(server: TestServer): Promise<BadNetwork>;
  start(plan: string): Promise<void>;
  /** The status of the only task of a run, and its attempts as `worker: ending`. */
  endings(runId: string): Promise<{ status: string | undefined; attempts: string[] }>;
}

/** Starts the two for the surrounding block of tests. */
export function useTwoServers(patientSeconds: number): TwoServers {
  const database = useDatabase('postgres');
  const servers: TestServer[] = [];
  beforeAll(async () => {
    const config = database.config();
    const DATABASE_URL = 'url' in config ? config.url : '';
    for (const seconds of [patientSeconds, 5])
      servers.push(await startTestServer({ DATABASE_URL, LEASE_SECONDS: String(seconds) }));
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
  });
  const get = (place: number): TestServer => {
    const server = servers[place];
    if (server === undefined) throw new Error('The servers are there inside tests and hooks only.');
    return server;
  };
  return {
    database,
    patient: () => get(0),
    strict: () => get(1),
    async proxyOf(server) {
      const proxy = await startProxy(server.url);
      onTestFinished(() => proxy.close());
      return proxy;
    },
    start: async (plan) => void expectType(await get(0).client.startRun({ plan, runId: plan }), 'Run'),
    async endings(runId) {
      const [task] = await get(0).tasksOf(runId);
      const attempts = await get(0).client.attempts(task?.databaseId ?? 0);
      return {
        status: task?.status,
        attempts: attempts.map(({ worker, endedBy }) => `${worker}: ${endedBy}`),
      };
    },
  };
}
