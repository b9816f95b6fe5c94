import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { type Database, type DatabaseConfig, openDatabase } from '../../database/database.ts';
import { MIGRATIONS_DIR } from '../../database/migrationFiles.ts';
import { copyFiles } from '../support/copyFiles.ts';
import { describeOnBoth } from '../support/databases.ts';
import { migrationsDir } from '../support/migrationsDir.ts';
import { databaseUrl, onServer } from '../support/postgresAdmin.ts';
import { columnsOfSchema } from '../support/schemaColumns.ts';
import { spawnNode } from '../support/spawnNode.ts';
import { tempDir } from '../support/tempDir.ts';

const FIRST = 'CREATE TABLE "nights" ("id" SERIAL PRIMARY KEY, "name" TEXT NOT NULL);\n';
const SECOND = `INSERT INTO "nights" ("name") VALUES ('first'), ('second;'); -- two\nCREATE INDEX ON "nights" ("name");\n`;

let count = 0;
let emptyDirectory: string | undefined;

/** A database that has seen no migration at all. */
async function emptyDatabase(kind: Database['kind']): Promise<DatabaseConfig> {
  if (kind === 'pglite') {
    emptyDirectory ??= await makeEmptyDirectory();
    const dataDir = tempDir();
    copyFiles(emptyDirectory, dataDir);
    return { dataDir };
  }
  const { serverUrl, prefix } = inject('testDatabases');
  count += 1;
  const name = `${prefix}_migrate_${process.pid}_${count}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}`);
  return { url: databaseUrl(serverUrl, name) };
}

async function makeEmptyDirectory(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-empty-'));
  copyFiles(inject('testDatabases').pgliteTemplate, dataDir);
  const db = await openDatabase({ dataDir }, { migrate: false });
  await db.query({ text: 'DROP SCHEMA public CASCADE' });
  await db.query({ text: 'CREATE SCHEMA public' });
  await db.close();
  return dataDir;
}

afterAll(() => {
  if (emptyDirectory) rmSync(emptyDirectory, { recursive: true, force: true });
});

async function using<T>(
  config: DatabaseConfig,
  directory: string,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = await openDatabase(config, { migrationsDir: directory });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

const states = async (db: Database) =>
  (await db.migrationStatus()).map(({ name, state }) => `${name} ${state}`);

describeOnBoth('Migrations', ({ kind, ...database }) => {
  it('are applied in order, once, and recorded as Prisma records them', async () => {
    const config = await emptyDatabase(kind);
    const directory = migrationsDir({ '0002_b': SECOND, '0001_a': FIRST });
    for (let time = 0; time < 2; time += 1) {
      await using(config, directory, async (db) => {
        expect(await states(db)).toEqual(['0001_a applied', '0002_b applied']);
        expect(await db.query({ text: 'SELECT count(*) FROM nights' })).toEqual([{ count: 2 }]);
        const rows = await db.query<Record<string, unknown>>({
          text: 'SELECT * FROM _prisma_migrations ORDER BY migration_name',
        });
        expect(rows).toHaveLength(2);
        expect(rows[0]).toEqual({
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          // What `sha256sum` says of the file.
          checksum: '4b1ff54426951ef6ce00594f6de912056b71f076953846d1b336399bd8c2587a',
          finished_at: expect.any(String),
          migration_name: '0001_a',
          logs: null,
          rolled_back_at: null,
          started_at: expect.any(String),
          applied_steps_count: 1,
        });
      });
    }
  });

  it('that are new are listed as pending until they are applied', async () => {
    const config = await emptyDatabase(kind);
    await using(config, migrationsDir({ '0001_a': FIRST }), async () => undefined);
    const both = migrationsDir({ '0001_a': FIRST, '0002_b': SECOND });
    const db = await openDatabase(config, { migrationsDir: both, migrate: false });
    expect(await states(db)).toEqual(['0001_a applied', '0002_b pending']);
    await db.close();
    await using(config, both, async (opened) => {
      expect(await states(opened)).toEqual(['0001_a applied', '0002_b applied']);
    });
  });

  it('that fail leave nothing behind and name the migration', async () => {
    const config = await emptyDatabase(kind);
    const broken = migrationsDir({ '0001_a': FIRST, '0002_b': `${SECOND} SELECT 1/0;` });
    await expect(openDatabase(config, { migrationsDir: broken })).rejects.toThrow(
      /0002_b .*division by zero/,
    );
    await using(config, migrationsDir({ '0001_a': FIRST }), async (db) => {
      expect(await states(db)).toEqual(['0001_a applied']);
      expect(await db.query({ text: 'SELECT count(*) FROM nights' })).toEqual([{ count: 0 }]);
    });
  });

  it('that were edited after they were applied, or are unknown here, are an error that says what to do', async () => {
    const config = await emptyDatabase(kind);
    await using(config, migrationsDir({ '0001_a': FIRST, '0002_b': SECOND }), async () => undefined);
    const edited = migrationsDir({ '0001_a': `${FIRST}-- edited\n`, '0002_b': SECOND });
    await expect(openDatabase(config, { migrationsDir: edited })).rejects.toThrow(/0001_a was edited/);
    const older = migrationsDir({ '0001_a': FIRST });
    await expect(openDatabase(config, { migrationsDir: older })).rejects.toThrow(
      'The database is newer than this program: it also has 0002_b, and this program knows migrations up to 0001_a. Nothing was changed. Update this program to the version of the others that use this database.',
    );
  });

  it('begun by Prisma and never finished are an error', async () => {
    const config = await emptyDatabase(kind);
    const directory = migrationsDir({ '0001_a': FIRST });
    await using(config, directory, (db) =>
      db.query({ text: 'UPDATE _prisma_migrations SET finished_at = NULL' }),
    );
    await expect(openDatabase(config, { migrationsDir: directory })).rejects.toThrow(/never finished/);
  });

  it('with indexes that are built beside everybody are applied and recorded as any other', async () => {
    const config = await emptyDatabase(kind);
    const beside = `-- nightshift: concurrently\n-- One; two.\nCREATE INDEX CONCURRENTLY "by_name" ON "nights" ("name");\nCREATE UNIQUE INDEX CONCURRENTLY "by_both" ON "nights"\n  ("name", "id") WHERE "id" > 0;\n`;
    const directory = migrationsDir({ '0001_a': FIRST, '0002_b': beside });
    for (let time = 0; time < 2; time += 1) {
      await using(config, directory, async (db) => {
        expect(await states(db)).toEqual(['0001_a applied', '0002_b applied']);
        const found = `SELECT relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
          WHERE relname LIKE 'by_%' ORDER BY relname`;
        expect(await db.query({ text: found })).toEqual([
          { name: 'by_both', valid: true },
          { name: 'by_name', valid: true },
        ]);
      });
    }
  });

  it('that take longer than any other statement may are applied', async () => {
    const config = await emptyDatabase(kind);
    const slow = `SELECT pg_sleep(1.3);\nDO $$ BEGIN FOR i IN 1..3000000 LOOP END LOOP; END $$;\n${SECOND}`;
    const db = await openDatabase(config, {
      migrationsDir: migrationsDir({ '0001_a': FIRST, '0002_b': slow }),
      statementTimeoutMillis: 300,
      watchdogMillis: 1000,
    });
    expect(await states(db)).toEqual(['0001_a applied', '0002_b applied']);
    await db.close();
  });

  it('give the tables exactly the columns of the Prisma schema', async () => {
    const columns = await database.db().query<{ column: string }>({
      text: `SELECT relname || '.' || attname || ' ' || format_type(atttypid, atttypmod)
          || CASE WHEN attnotnull THEN ' not null' ELSE '' END AS column
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'
          AND attnum > 0 AND NOT attisdropped`,
    });
    const schema = readFileSync(join(MIGRATIONS_DIR, '..', 'schema.prisma'), 'utf8');
    expect(columns.map(({ column }) => column).sort()).toEqual(columnsOfSchema(schema));
  });
});

describe('Four processes that start at once on one PostgreSQL', () => {
  it('apply each migration once and all come up', async () => {
    const config = await emptyDatabase('postgres');
    if (!('url' in config)) throw new Error('expected a server');
    const directory = migrationsDir({
      '0001_a': FIRST,
      '0002_b': `SELECT pg_sleep(0.3);\n${SECOND}`,
    });
    const starts = Array.from({ length: 4 }, () =>
      spawnNode(['tests/fixtures/database/openDatabase.ts', config.url, 'close', directory]),
    );
    const ends = await Promise.all(starts.map((child) => child.ended()));
    expect(starts.map((child) => child.stdout() + child.stderr())).toEqual(Array(4).fill('open\n'));
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    await using(config, directory, async (db) => {
      expect(await db.query({ text: 'SELECT count(*) FROM nights' })).toEqual([{ count: 2 }]);
    });
  });
});

describe('The folder of migrations', () => {
  it('is the one that Prisma reads', () => {
    expect(MIGRATIONS_DIR).toMatch(/prisma\/migrations$/);
  });
});
