import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it, onTestFailed } from 'vitest';
import { expectType } from '../../client/index.ts';
import { type Database, openDatabase } from '../../database/database.ts';
import { sized } from '../support/form.ts';
import { type PostgresServer, startPostgres } from '../support/postgresServer.ts';
import { type Cluster, makeCluster, type ServerProcess } from './support/cluster.ts';
import { expectWholeNight, nightPlan } from './support/night.ts';
import { untilRunEnds } from './support/story.ts';

const rounds = sized({ short: 1, full: 20 });

describe('kill -9 and restart of PostgreSQL in the middle of a run', () => {
  let postgres: PostgresServer;
  let db: Database;
  let cluster: Cluster;
  let servers: ServerProcess[];
  beforeAll(async () => {
    postgres = await startPostgres();
    db = await openDatabase({ url: postgres.url() }, { maxConnections: 2 });
    cluster = makeCluster({ url: postgres.url() });
    cluster.writePlan('night', nightPlan);
    servers = await Promise.all([cluster.startServer(), cluster.startServer()]);
    await Promise.all(servers.map((server, index) => cluster.startWorker(server, 'night', `w${index}`, 2)));
  });
  afterAll(async () => {
    await cluster?.close();
    await db?.close();
    await postgres?.remove();
  });

  it(`loses nothing and does nothing twice in ${rounds} rounds`, async () => {
    onTestFailed(() => console.log(cluster.said()));
    for (let round = 0; round < rounds; round += 1) {
      const runId = `night-${round}`;
      const started = servers[round % 2]?.client.startRun({ plan: 'night', runId });
      await pause(Math.random() * 3000);
      await postgres.kill();
      await pause(Math.random() * 1000);
      await postgres.start();
      expectType(await (started ?? Promise.reject(new Error('No server.'))), 'Run');
      await untilRunEnds(db, runId);
      await expectWholeNight(db, cluster, runId);
    }
  });
});
