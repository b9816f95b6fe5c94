import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it, onTestFailed } from 'vitest';
import { expectType } from '../../client/index.ts';
import { useDatabase } from '../support/databases.ts';
import { sized } from '../support/form.ts';
import { type Cluster, makeCluster, type ServerProcess } from './support/cluster.ts';
import { expectWholeNight, nightPlan } from './support/night.ts';
import { untilRunEnds } from './support/story.ts';

const rounds = sized({ short: 2, full: 50 });

describe('kill -9 of one of two servers while workers speak to either', () => {
  const database = useDatabase('postgres');
  let cluster: Cluster;
  let servers: [ServerProcess, ServerProcess];
  beforeAll(async () => {
    cluster = makeCluster(database.config());
    cluster.writePlan('night', nightPlan);
    // The other server ends leases that lapse while a starved machine takes its time to start the killed one again.
    const patient = { LEASE_SECONDS: '600' };
    servers = await Promise.all([cluster.startServer(patient), cluster.startServer(patient)]);
    await Promise.all(servers.map((server, index) => cluster.startWorker(server, 'night', `w${index}`, 2)));
  });
  afterAll(() => cluster.close());

  it(`loses nothing and does nothing twice at ${rounds} random moments`, async () => {
    onTestFailed(() => console.log(cluster.said()));
    for (let round = 0; round < rounds; round += 1) {
      const killedOne = servers[round % 2 === 0 ? 0 : 1];
      const asked = servers[Math.random() < 0.5 ? 0 : 1];
      const runId = `night-${round}`;
      const started = asked.client.startRun({ plan: 'night', runId });
      const killed = pause(Math.random() * 3000).then(async () => {
        await killedOne.kill();
        await killedOne.start();
      });
      expectType(await started, 'Run');
      await killed;
      await untilRunEnds(database.db(), runId);
      await expectWholeNight(database.db(), cluster, runId);
    }
  });
});
