import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, type ExpectStatic, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { readServerConfig } from '../../server/config.ts';
import { describeOnBothFresh, useFreshDatabases } from '../support/databases.ts';
import { type NodeProcess, spawnNode } from '../support/spawnNode.ts';
import { tempDir } from '../support/tempDir.ts';
import { send } from './serve.ts';
import { startServer } from './startServer.ts';

const sentence =
  /The database is newer than this program: it also has 9999_later, and this program knows migrations up to \d{4}_\w+\. Nothing was changed\. Update this program/;

/** What a newer program leaves behind when it has migrated. */
const later = `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
  VALUES ('later', repeat('0', 64), '9999_later', now(), 1)`;

describeOnBothFresh('A server that starts on a database of a newer one', (databases) => {
  it('stops with what it knows, what it found and what to do', async () => {
    const config = await databases.createFresh();
    const newer = await openDatabase(config);
    await newer.query({ text: later });
    await newer.close();
    const starting = startServer({
      ...readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' }),
      database: config,
    });
    await expect(starting).rejects.toThrow(sentence);
    const reading = openDatabase(config, { readOnly: true });
    await expect(reading).rejects.toThrow(sentence);
  });
});

describe('A server whose database is migrated by a newer one', () => {
  const databases = useFreshDatabases('postgres');

  it('stops by itself and says why', async () => {
    const config = await databases.createFresh();
    const server = await startServer(
      { ...readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' }), database: config },
      { schemaLookMillis: 50 },
    );
    onTestFinished(() => server.close());
    const newer = await openDatabase(config);
    onTestFinished(() => newer.close());
    await newer.query({ text: later });
    const stopped = expect.poll(() => server.outdated.aborted);
    await stopped.toBe(true);
    expect((server.outdated.reason as Error).message).toMatch(sentence);
    await server.close();
    await expect(send(server.url, '/ready')).rejects.toThrow();
  });

  it('knows its own migrations also once its folder has those of the newer one', async () => {
    const config = await databases.createFresh();
    const migrationsDir = join(tempDir(), 'migrations');
    cpSync('prisma/migrations', migrationsDir, { recursive: true });
    const older = await openDatabase(config, { migrationsDir });
    onTestFinished(() => older.close());
    expect(await older.findNewer()).toBeUndefined();
    mkdirSync(join(migrationsDir, '9999_later'));
    writeFileSync(join(migrationsDir, '9999_later', 'migration.sql'), 'SELECT 1;');
    const newer = await openDatabase(config, { migrationsDir });
    await newer.close();
    expect((await older.findNewer())?.message).toMatch(sentence);
  });

  let root = '';
  const commands: NodeProcess[] = [];
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'nightshift-newer-'));
  });
  afterAll(async () => {
    await Promise.all(commands.map((command) => command.kill('SIGKILL')));
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Starts a command in a directory of its own, migrates its database once it has begun, and lets it end by itself. */
  async function endByNewer(expect: ExpectStatic, name: string, args: readonly string[], begun: string) {
    const config = await databases.createFresh();
    if (!('url' in config)) throw new Error('expected a server');
    const directory = join(root, name);
    mkdirSync(directory);
    const plan = { name: 'nightly', steps: [{ task: 'a', cmd: ['sleep', ['60']] }] };
    writeFileSync(join(directory, 'nightly.plan.mjs'), `export default ${JSON.stringify(plan)};`);
    const data = join(directory, 'data');
    const variables = { DATABASE_URL: config.url, NIGHTSHIFT_DATA: data, PORT: '0' };
    const command = spawnNode([resolve('orchestrator/nightshift.mjs'), ...args], variables, directory);
    commands.push(command);
    await expect.poll(() => command.stdout() + command.stderr()).toContain(begun);
    const newer = await openDatabase(config);
    await newer.query({ text: later });
    await newer.close();
    expect(await command.ended()).toMatchObject({ code: 1 });
    expect(command.stderr()).toMatch(new RegExp(`error: ${sentence.source}`));
    const reports = join(data, 'reports');
    return existsSync(reports) ? readdirSync(reports) : [];
  }

  // Each waits until its server looks again.
  it.concurrent('ends "nightshift up" with an error', async ({ expect }) => {
    await endByNewer(expect, 'up', ['up', '--no-schedule', '--no-worker'], 'GraphiQL');
  });

  it.concurrent.for([
    ['run', ['run'], 'a started', 1],
    ['worker', ['worker'], 'takes tasks of nightly', 0],
    ['start --watch', ['start', '--watch'], 'nightly-', 0],
  ] as const)(
    'ends "nightshift %s" with an error, and keeps what was to report',
    async ([name, args, begun, kept], { expect }) => {
      expect(await endByNewer(expect, name, args, begun)).toHaveLength(kept);
    },
  );
});
