import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { DatabaseConfig } from '../../database/database.ts';
import { buildPageWhereStale } from './builtPage.ts';
import { databaseUrl, onServer } from './postgresAdmin.ts';
import { startPostgres } from './postgresServer.ts';
import { spawnNode } from './spawnNode.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run, its names, and the migrated templates that every test file copies. */
    testDatabases: { serverUrl: string; prefix: string; postgresTemplate: string; pgliteTemplate: string };
  }
}

/**
 * Builds the page where it is older than its sources, and brings up both databases once a run: PostgreSQL (TEST_DATABASE_URL, or npm's own) and the embedded one, each
 * migrated into a template. What cannot be started fails the run.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const built = buildPageWhereStale();
  const own = process.env.TEST_DATABASE_URL ? undefined : await startPostgres({ fsync: 'off' });
  const serverUrl = process.env.TEST_DATABASE_URL ?? own?.url() ?? '';
  const prefix = `nightshift_test_${randomBytes(4).toString('hex')}`;
  const postgresTemplate = `${prefix}_template`;
  const pgliteTemplate = await mkdtemp(join(tmpdir(), 'nightshift-template-'));
  const tearDown = async () => {
    if (own) await own.remove();
    else await dropAll(serverUrl, prefix);
    await rm(pgliteTemplate, { recursive: true, force: true });
  };
  try {
    await onServer(serverUrl, `CREATE DATABASE ${postgresTemplate}`);
    const configs = [{ url: databaseUrl(serverUrl, postgresTemplate) }, { dataDir: pgliteTemplate }];
    await Promise.all([...configs.map(makeDatabase), built]);
    await removeUnused(pgliteTemplate);
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('testDatabases', { serverUrl, prefix, postgresTemplate, pgliteTemplate });
  return tearDown;
}

/** Makes a database by its migrations, not from a prepared cluster, in a process with the options of V8 that make that cheap. */
async function makeDatabase(config: DatabaseConfig): Promise<void> {
  const module = new URL('../../database/database.ts', import.meta.url);
  const script = `import { openDatabase } from ${JSON.stringify(module)};
    await (await openDatabase(${JSON.stringify(config)}, { preparedDir: '/nowhere' })).close();`;
  const made = spawnNode(['--input-type=module', '-e', script]);
  const { code } = await made.ended();
  if (code !== 0) throw new Error(`The database of the tests could not be made:\n${made.stderr()}`);
}

/** The embedded database is `postgres` alone: the files of `template1` and `template0` are for others to be made of. */
async function removeUnused(dataDir: string): Promise<void> {
  for (const unused of ['1', '4'])
    await rm(join(dataDir, 'pgdata', 'base', unused), { recursive: true, force: true });
}

async function dropAll(serverUrl: string, prefix: string): Promise<void> {
  const found = await onServer<{ datname: string }>(
    serverUrl,
    `SELECT datname FROM pg_database WHERE datname LIKE '${prefix}%'`,
  );
  for (const { datname } of found)
    await onServer(serverUrl, `DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
}
