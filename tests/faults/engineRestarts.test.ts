import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../database/database.ts';
import { readMetrics } from '../server/metrics/readMetrics.ts';
import { send } from '../server/serve.ts';
import { sized } from '../support/form.ts';
import { type PostgresServer, startPostgres } from '../support/postgresServer.ts';
import { type Cluster, makeCluster, type ServerProcess } from './support/cluster.ts';
import { missingOf, startLoad } from './support/load.ts';

const restarts = sized({ short: 2, full: 30 });
const kinds = ['POST', 'PATCH', 'startRun', 'leaseTask', 'finishAttempt'];

describe('PostgreSQL that is restarted every 2 s under load', () => {
  let postgres: PostgresServer;
  let cluster: Cluster;
  let servers: ServerProcess[];
  let db: Database;
  beforeAll(async () => {
    postgres = await startPostgres();
    db = await openDatabase({ url: postgres.url() }, { maxConnections: 1 });
    cluster = makeCluster({ url: postgres.url() });
    servers = await Promise.all([cluster.startServer(), cluster.startServer()]);
  });
  afterAll(async () => {
    await cluster?.close();
    await db?.close();
    await postgres?.remove();
  });

  const connections = () =>
    db.query<Connections>({
      text: `SELECT application_name AS name, state, count(*) AS count FROM pg_stat_activity
        WHERE application_name LIKE 'nightshift%' GROUP BY 1, 2 ORDER BY 1, 2`,
    });
  const poolOf = async ({ url }: ServerProcess) =>
    Object.fromEntries(readMetrics((await send(url, '/metrics')).text).of('nightshift_db_pool'));

  it(`loses nothing acknowledged in ${restarts} restarts and refuses nothing any more once it is back`, async () => {
    const load = startLoad(servers.map(({ url }) => url));
    await pause(1000);
    for (let restart = 0; restart < restarts; restart += 1) {
      await pause(1500);
      await postgres.kill();
      await pause(Math.random() * 300);
      await postgres.start();
    }
    const back = performance.now();
    load.doneInARow.clear();
    const unsettled = () => kinds.filter((kind) => (load.doneInARow.get(kind) ?? 0) < 20);
    await expect.poll(unsettled).toEqual([]);
    await load.stop();
    console.log(
      `${load.reported.size} tasks, ${load.runs.length} runs, ${load.finished.length} attempts; refused: ` +
        `${[...load.refused].map(([kind, count]) => `${kind} ${count}`).join(', ')}; last refused ` +
        `${Math.round(Math.max(...load.lastRefused.values()) - back)} ms after the last start`,
    );

    expect(load.odd).toEqual([]);
    expect(await missingOf(db, load)).toEqual([]);
    for (const server of servers) {
      const pool = await poolOf(server);
      expect(pool['state="waiting"']).toBe(0);
      // The scrape itself holds one.
      expect(pool['state="active"']).toBeLessThanOrEqual(1);
    }
    const listening = async () => countOf(await connections(), 'nightshift channel');
    await expect.poll(listening).toBe(2);
    const open = await connections();
    expect(open.filter(({ state }) => state !== 'idle' && state !== 'active')).toEqual([]);
    expect(countOf(open, 'nightshift')).toBeLessThanOrEqual(2 * 10 + 1);
  });
});

interface Connections {
  name: string;
  state: string;
  count: number;
}

function countOf(open: readonly Connections[], wanted: string): number {
  return open.filter(({ name }) => name === wanted).reduce((sum, { count }) => sum + count, 0);
}
