import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../database/database.ts';
import { openDatabaseFiles, requireDatabaseFiles } from '../../database/databaseFiles.ts';
import { DatabaseMissingError } from '../../database/errors.ts';
import { MIGRATIONS_DIR } from '../../database/migrationFiles.ts';
import { findPrepared, layOutPrepared, preparedFile } from '../../database/preparedCluster.ts';
import { serverIdOf } from '../../domain/engine/identity.ts';
import { startQueue } from '../../domain/queue/queue.ts';
import { prepareCluster } from '../../server/prepareCluster.ts';
import { copyFiles } from '../support/copyFiles.ts';
import { spawnNode } from '../support/spawnNode.ts';
import { tempDir } from '../support/tempDir.ts';

let file: string;
beforeAll(async () => {
  file = await prepareCluster();
});

/** Opens the database of a directory until the test has finished. */
async function open(dataDir: string): Promise<Database> {
  const db = await openDatabase({ dataDir });
  onTestFinished(() => db.close());
  return db;
}

/** Everything that migrations and the queue make, one line each. */
async function schemaOf(db: Database): Promise<string[]> {
  const fail = (error: Error) => {
    throw error;
  };
  await (await startQueue(db, fail)).stop();
  const rows = await db.query<{ line: string }>({
    text: `WITH ours AS (SELECT oid, nspname FROM pg_namespace WHERE nspname IN ('public', 'pgboss'))
      SELECT format('column %s.%s.%s %s %s %s', nspname, relname, attname, format_type(atttypid, atttypmod), attnotnull,
          pg_get_expr(adbin, adrelid)) AS line
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN ours ON ours.oid = relnamespace
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attnum > 0 AND NOT attisdropped
      UNION ALL SELECT format('relation %s.%s %s %s', nspname, relname, relkind, reloptions) FROM pg_class JOIN ours ON ours.oid = relnamespace
      UNION ALL SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname IN (SELECT nspname FROM ours)
      UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(pg_constraint.oid))
        FROM pg_constraint JOIN ours ON ours.oid = connamespace
      UNION ALL SELECT format('function %s', pg_get_functiondef(pg_proc.oid)) FROM pg_proc JOIN ours ON ours.oid = pronamespace
      UNION ALL SELECT format('trigger %s', pg_get_triggerdef(pg_trigger.oid)) FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT format('label %s %s', enumtypid::regtype, enumlabel) FROM pg_enum
      UNION ALL SELECT format('migration %s %s', migration_name, checksum) FROM _prisma_migrations`,
  });
  return rows.map(({ line }) => line).sort();
}

describe('The prepared cluster', () => {
  it('gives a first start exactly the schema that migrations give, and one of the queue', async () => {
    const migrated = tempDir();
    copyFiles(inject('testDatabases').pgliteTemplate, migrated);
    const expected = await schemaOf(await open(migrated));
    const laidOut = await schemaOf(await open(tempDir()));
    expect(laidOut).toEqual(expected);
    expect(laidOut.length).toBeGreaterThan(500);
  });

  it('has nothing of one installation: each that it becomes has an id of its own', async () => {
    const [one, other] = [await open(tempDir()), await open(tempDir())];
    expect(await serverIdOf(one)).not.toBe(await serverIdOf(other));
    const rows = await one.query<{ table: string; count: number }>({
      text: `SELECT relname AS table, (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text::int AS count
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    });
    const filled = rows.filter(({ count }) => count > 0).map(({ table }) => table);
    expect(filled.sort()).toEqual(['_prisma_migrations', 'identity', 'sweeps']);
  });

  it('is laid out for the owner alone, without what says of a process that it runs', async () => {
    const directory = join(tempDir(), 'pgdata');
    mkdirSync(directory);
    await layOutPrepared(directory, {});
    const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' });
    expect(paths).toContain('PG_VERSION');
    expect(paths).not.toContain('postmaster.pid');
    const modes = new Set(['', ...paths].map((path) => statSync(join(directory, path)).mode & 0o777));
    expect(modes).toEqual(new Set([0o700, 0o600]));
  });

  it('is refused where a migration has another name or another content', async () => {
    const migrationsDir = tempDir();
    copyFiles(MIGRATIONS_DIR, migrationsDir);
    const same = { migrationsDir, preparedDir: join(file, '..') };
    expect(await findPrepared(same)).toBe(file);
    writeFileSync(join(migrationsDir, '0001_tasks', 'migration.sql'), '-- Another one');
    expect(await findPrepared(same)).toBeUndefined();
    const directory = tempDir();
    await layOutPrepared(directory, same);
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each([
    ['is cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1000)],
    ['has a bit that turned', (bytes: Buffer) => bytes.fill((bytes[99_999] ?? 0) ^ 1, 99_999, 100_000)],
  ])('is not used where it %s: the directory stays empty, for the database to fill', async (_, damage) => {
    const preparedDir = tempDir();
    writeFileSync(await preparedFile({ preparedDir }), damage(readFileSync(file)));
    const dataDir = tempDir();
    const directory = join(dataDir, 'pgdata');
    mkdirSync(directory);
    await layOutPrepared(directory, { preparedDir });
    expect([readdirSync(dataDir), readdirSync(directory)]).toEqual([['pgdata'], []]);
  });

  it('is made again, instead of those of other versions, when it is not there', async () => {
    const preparedDir = tempDir();
    writeFileSync(join(preparedDir, 'older.cluster'), '');
    copyFileSync(file, join(preparedDir, basename(file)));
    expect(await prepareCluster(preparedDir)).toBe(join(preparedDir, basename(file)));
    rmSync(join(preparedDir, basename(file)));
    const made = await prepareCluster(preparedDir);
    expect(readdirSync(preparedDir)).toEqual([basename(made)]);
    expect(await findPrepared({ preparedDir })).toBe(made);
  });
});

describe('A first start', () => {
  const start = (dataDir: string) => spawnNode(['tests/fixtures/database/openDatabase.ts', dataDir, 'stay']);

  it('that is killed while it lays out the cluster leaves nothing of it to the next one', async () => {
    const dataDir = join(tempDir(), 'data');
    // Whoever looks too late sees it laid out.
    const isWritten = (name: string) =>
      ['pgdata.draft', 'pgdata'].some((directory) => existsSync(join(dataDir, directory, name)));
    for (const name of ['PG_VERSION', 'pg_wal']) {
      const child = start(dataDir);
      await expect.poll(() => isWritten(name), { interval: 1 }).toBe(true);
      await child.kill('SIGKILL');
    }
    const again = start(dataDir);
    await again.printed(/open/);
    await again.kill('SIGKILL');
    expect(readdirSync(dataDir)).not.toContain('pgdata.draft');
    const db = await open(dataDir);
    expect((await db.migrationStatus()).every(({ state }) => state === 'applied')).toBe(true);
  });

  it('clears away what one has left that was cut off before, and lays out the cluster anew', async () => {
    const dataDir = tempDir();
    const { directory } = openDatabaseFiles(dataDir);
    mkdirSync(`${directory}.draft`);
    writeFileSync(join(`${directory}.draft`, 'PG_VERSION'), '18');
    expect(() => requireDatabaseFiles(dataDir)).toThrow(DatabaseMissingError);
    const db = await open(dataDir);
    expect((await db.migrationStatus()).every(({ state }) => state === 'applied')).toBe(true);
    expect(readdirSync(dataDir)).not.toContain('pgdata.draft');
  });

  it('keeps what one has laid out that was cut off before the database ran', async () => {
    const dataDir = tempDir();
    const { directory } = openDatabaseFiles(dataDir);
    await layOutPrepared(directory, {});
    writeFileSync(join(directory, 'witness'), '');
    requireDatabaseFiles(dataDir);
    const db = await open(dataDir);
    expect((await db.migrationStatus()).every(({ state }) => state === 'applied')).toBe(true);
    expect(readdirSync(directory)).toContain('witness');
    expect(readdirSync(dataDir)).not.toContain('pgdata.making');
  });

  it('beside another one on the same directory leaves that one alone', async () => {
    const dataDir = join(tempDir(), 'data');
    const both = [start(dataDir), start(dataDir)];
    onTestFinished(async () => void (await Promise.all(both.map((child) => child.kill('SIGKILL')))));
    const said = await Promise.all(
      both.map((child) => child.printed(/open|refused \w+/).then(([text]) => text)),
    );
    expect(said.sort()).toEqual(['open', 'refused DatabaseLockedError']);
    await Promise.all(both.map((child) => child.kill('SIGKILL')));
    const db = await open(dataDir);
    expect((await db.migrationStatus()).every(({ state }) => state === 'applied')).toBe(true);
  });
});
