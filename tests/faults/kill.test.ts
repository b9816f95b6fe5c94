import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseConfig, openDatabase } from '../../database/database.ts';
import { useFreshDatabases } from '../support/databases.ts';
import { sized } from '../support/form.ts';
import { type PostgresServer, startPostgres } from '../support/postgresServer.ts';
import { type NodeProcess, spawnNode } from '../support/spawnNode.ts';

const ROUNDS = sized({ short: 2, full: 30 });

function startWriter(target: string, round: number): NodeProcess {
  return spawnNode(['tests/fixtures/database/writeRows.ts', target, String(round)]);
}

/** Waits until some rows are acknowledged; which one is the last is left to chance. */
async function whileWriting(writer: NodeProcess, round: number): Promise<void> {
  await writer.printed(new RegExp(`^${round}-${20 + Math.floor(Math.random() * 200)}$`, 'm'));
}

function acknowledged(writer: NodeProcess): string[] {
  return writer.stdout().split('\n').slice(0, -1);
}

async function missingOf(config: DatabaseConfig, rows: readonly string[]): Promise<string[]> {
  const db = await openDatabase(config);
  const found = await db.query<{ run_id: string }>({ text: 'SELECT run_id FROM runs' });
  await db.close();
  const present = new Set(found.map((row) => row.run_id));
  return rows.filter((row) => !present.has(row));
}

describe('kill -9 of the process that writes', () => {
  const database = useFreshDatabases('pglite');

  it(`loses no acknowledged row of the embedded database in ${ROUNDS} rounds`, async () => {
    const config = await database.createFresh();
    if (!('dataDir' in config)) throw new Error('expected a directory');
    const rows: string[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const writer = startWriter(config.dataDir, round);
      await whileWriting(writer, round);
      await writer.kill('SIGKILL');
      rows.push(...acknowledged(writer));
    }
    expect(rows.length).toBeGreaterThanOrEqual(ROUNDS * 20);
    expect(await missingOf(config, rows)).toEqual([]);
  });
});

describe('kill -9 of PostgreSQL while it is written to', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.remove());

  it(`loses no acknowledged row in ${ROUNDS} rounds`, async () => {
    const rows: string[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const writer = startWriter(server.url(), round);
      await whileWriting(writer, round);
      await server.kill();
      await writer.ended();
      rows.push(...acknowledged(writer));
      await server.start();
    }
    expect(rows.length).toBeGreaterThanOrEqual(ROUNDS * 20);
    expect(await missingOf({ url: server.url() }, rows)).toEqual([]);
  });
});
