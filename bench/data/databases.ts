import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../database/database.ts';
import { MIGRATIONS_DIR } from '../../database/migrationFiles.ts';
import { rollOnce } from '../../domain/trends/roll.ts';
import { databaseUrl } from '../../tests/support/postgresAdmin.ts';
import { startPostgres } from '../../tests/support/postgresServer.ts';
import type { Progress } from '../report/progress.ts';
import { endChildrenWith } from '../waits/processTree.ts';
import { withSession } from '../waits/session.ts';
import { within } from '../waits/within.ts';
import { fewTasks, generateTasks, millionTasks, tenthOfTasks } from './generate.ts';

/** The PostgreSQL databases of one bench run. */
export interface BenchDatabases {
  /** 1,000,000 tasks that nothing may change, kept for the next run. */
  readonly million: string;
  /** A few tasks that may be changed, made anew for each run. */
  readonly few: string;
  /** Makes one more like `few`, for a server of its own. */
  makeFew(): Promise<string>;
  /** 100,000 tasks on the days of the million, made when they are first asked for. */
  tenth(): Promise<string>;
  /** As PostgreSQL gives it, e.g. `18.0`. */
  readonly version: string;
  close(): Promise<void>;
}

/**
 * Opens the databases on TEST_DATABASE_URL, else on npm's PostgreSQL with its files in the temporary directory. The
 * large one is made when none is there for these migrations and this generator, which takes about a minute.
 */
export async function openBenchDatabases(progress: Progress): Promise<BenchDatabases> {
  const key = contentKey();
  const server = await openServer(key);
  const [millionName, fewName] = [`nightshift_bench_${key}`, `nightshift_bench_few_${process.pid}`];
  const tenthName = `nightshift_bench_few_tenth_${process.pid}`;
  let tenth: Promise<string> | undefined;
  try {
    await dropLeftovers(server);
    const found = await onServer(server.url, `SELECT 1 FROM pg_database WHERE datname = '${millionName}'`);
    if (found.length === 0) await makeMillion(server.url, millionName, progress);
    progress('making a database of 20,000 tasks');
    await make(server.url, fewName, fewTasks);
    const made = [fewName];
    const [version] = await onServer<{ server_version: string }>(server.url, 'SHOW server_version');
    return {
      million: databaseUrl(server.url, millionName),
      few: databaseUrl(server.url, fewName),
      version: version?.server_version ?? 'unknown',
      async makeFew() {
        const name = `${fewName}_${made.length}`;
        made.push(name);
        await make(server.url, name, fewTasks);
        return databaseUrl(server.url, name);
      },
      tenth() {
        progress('making a database of 100,000 tasks');
        tenth ??= make(server.url, tenthName, tenthOfTasks).then(() => databaseUrl(server.url, tenthName));
        return tenth;
      },
      async close() {
        try {
          for (const name of [...made, tenthName])
            await onServer(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        } finally {
          await server.close();
        }
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Drops the databases of runs that were cut short, on a server that no other run uses. */
async function dropLeftovers({ url, isOwn }: BenchServer): Promise<void> {
  if (!isOwn) return;
  const leftovers = await onServer<{ name: string }>(
    url,
    `SELECT datname AS name FROM pg_database WHERE datname LIKE 'nightshift_bench_few_%'`,
  );
  for (const { name } of leftovers) await onServer(url, `DROP DATABASE ${name} WITH (FORCE)`);
}

/** Says which data would be generated: another generator or schema gives another key. */
function contentKey(): string {
  const hash = createHash('sha256').update(JSON.stringify(millionTasks));
  hash.update(readFileSync(fileURLToPath(new URL('./generate.ts', import.meta.url))));
  for (const name of readdirSync(MIGRATIONS_DIR, { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.sql')) hash.update(readFileSync(join(MIGRATIONS_DIR, name)));
  }
  return hash.digest('hex').slice(0, 12);
}

interface BenchServer {
  url: string;
  /** Whether it is the bench's own, and not the one of TEST_DATABASE_URL. */
  isOwn: boolean;
  close(): Promise<void>;
}

async function openServer(key: string): Promise<BenchServer> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, isOwn: false, close: async () => {} };
  const directory = join(tmpdir(), `nightshift-bench-${process.getuid?.() ?? 'any'}-${key}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const endAtOnce = (error: unknown): never => {
    endChildrenWith(directory);
    throw error;
  };
  const server = await within('PostgreSQL to start', startPostgres(settings, directory)).catch(endAtOnce);
  const close = () => within('PostgreSQL to end', server.remove()).catch(endAtOnce);
  return { url: server.url(), isOwn: true, close };
}

/**
 * The data fits into memory, nothing runs in the background, and no write waits for the disk: a slow disk would
 * hide the costs that are measured.
 */
const settings = {
  fsync: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '512MB',
  max_wal_size: '4GB',
  autovacuum: 'off',
};

async function makeMillion(serverUrl: string, name: string, progress: Progress): Promise<void> {
  progress('making 1,000,000 tasks; they are kept for later runs');
  removeOldFiles(name);
  await onServer(serverUrl, `DROP DATABASE IF EXISTS ${name}_unfinished WITH (FORCE)`);
  await make(serverUrl, `${name}_unfinished`, millionTasks);
  await onServer(serverUrl, `ALTER DATABASE ${name}_unfinished RENAME TO ${name}`);
  await onServer(serverUrl, 'CHECKPOINT');
}

/** Removes the files of servers with other data, unless one of them runs. */
function removeOldFiles(name: string): void {
  const prefix = `nightshift-bench-${process.getuid?.() ?? 'any'}-`;
  for (const entry of readdirSync(tmpdir())) {
    if (!entry.startsWith(prefix) || name.endsWith(entry.slice(prefix.length))) continue;
    const directory = join(tmpdir(), entry);
    if (!readdirSync(directory).includes('postmaster.pid')) rmSync(directory, { recursive: true });
  }
}

/** Making a million tasks takes a minute, or many on a slow disk. */
const makingLimitMs = 60 * 60_000;

async function make(serverUrl: string, name: string, shape: typeof millionTasks): Promise<void> {
  await onServer(serverUrl, `CREATE DATABASE ${name}`);
  const url = databaseUrl(serverUrl, name);
  const database = await within(`${name} to be migrated`, openDatabase({ url }));
  await within(`${name} to close after its migrations`, database.close());
  await withSession(
    url,
    async (query) => {
      await query(`SET maintenance_work_mem TO '256MB'`);
      await generateTasks(query, shape);
    },
    makingLimitMs,
  );
  await within(`the trends of ${name} to be counted`, countTrends(url), makingLimitMs);
}

/** Counts what a server would count in the background, beside what is measured. */
async function countTrends(url: string): Promise<void> {
  const database = await within('the trends to be opened', openDatabase({ url }));
  while (await within('the trends to be counted', rollOnce(database)));
  await within('the trends to be tidied up', database.query({ text: 'VACUUM ANALYZE trend_cells' }));
  await within('the trends to be closed', database.close());
}

async function onServer<Row extends Record<string, unknown>>(url: string, text: string): Promise<Row[]> {
  return await withSession(url, (query) => query<Row>(text));
}
