import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import {
  type Database,
  type DatabaseConfig,
  type DatabaseOptions,
  openDatabase,
} from '../../database/database.ts';
import { copyFiles } from './copyFiles.ts';
import { isFullForm } from './form.ts';
import { databaseUrl, onServer } from './postgresAdmin.ts';

/** Makes databases of one kind for one block of tests. */
export interface FreshDatabases {
  readonly kind: Database['kind'];
  /** Makes another empty, migrated database that is removed at the end of the block; not opened. */
  createFresh(): Promise<DatabaseConfig>;
  /** Makes and opens another one; it is closed at the end of the block when it is not before. */
  openFresh(options?: DatabaseOptions): Promise<Database>;
}

/** The database of one block of tests; usable inside its tests and hooks. */
export interface TestDatabase extends FreshDatabases {
  /** The open, migrated database. */
  db(): Database;
  /** Where it is, for a process that opens it itself; close `db()` before that with the embedded one. */
  config(): DatabaseConfig;
  /** Empties every table and begins their numbers again at 1. */
  truncate(): Promise<void>;
}

/**
 * Runs the same tests on the embedded database and on PostgreSQL, each on a database of its own: for what depends on the
 * database, such as its single connection, its locks, its errors or how it plans a statement.
 */
export function describeOnBoth(title: string, tests: (database: TestDatabase) => void): void {
  for (const kind of ['pglite', 'postgres'] as const) {
    describe(`${title} (${kind})`, () => tests(useDatabase(kind)));
  }
}

/** Runs tests on both that make all their databases themselves, mostly for processes that are to open them. */
export function describeOnBothFresh(title: string, tests: (databases: FreshDatabases) => void): void {
  for (const kind of ['pglite', 'postgres'] as const) {
    describe(`${title} (${kind})`, () => tests(useFreshDatabases(kind)));
  }
}

/**
 * Runs tests of rules that are the same on either database: on PostgreSQL, and in the full form on both. That each
 * statement is one for both is held by a test of its own.
 */
export function describeOnEither(title: string, tests: (database: TestDatabase) => void): void {
  if (isFullForm) describeOnBoth(title, tests);
  else describe(title, () => tests(useDatabase('postgres')));
}

/** Gives the surrounding block of tests a database of one kind: made before its tests, removed after them. */
export function useDatabase(kind: Database['kind']): TestDatabase {
  const { open, ...fresh } = makeFresh(kind);
  let opened: { db: Database; config: DatabaseConfig } | undefined;
  const get = () => {
    if (!opened) throw new Error('The test database is there inside tests and hooks only.');
    return opened;
  };
  beforeAll(async () => {
    opened = await open();
  });
  return {
    ...fresh,
    db: () => get().db,
    config: () => get().config,
    truncate: () => empty(get().db),
  };
}

/** Lets the surrounding block of tests make databases of one kind; none is made before. */
export function useFreshDatabases(kind: Database['kind']): FreshDatabases {
  const { open, ...fresh } = makeFresh(kind);
  return fresh;
}

function makeFresh(kind: Database['kind']) {
  const cleanups: (() => Promise<void>)[] = [];
  const createFresh = async () => {
    const { config, remove } = kind === 'pglite' ? await copyDirectory() : await copyOnServer();
    cleanups.push(remove);
    return config;
  };
  const open = async (options?: DatabaseOptions) => {
    const config = await createFresh();
    const db = await openDatabase(config, options);
    cleanups.push(() => db.close());
    return { db, config };
  };
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });
  return {
    kind,
    open,
    createFresh,
    openFresh: async (options?: DatabaseOptions) => (await open(options)).db,
  };
}

/** A migrated database that somebody else opens, and removes. */
interface Copy {
  config: DatabaseConfig;
  remove: () => Promise<void>;
}

/** Makes an embedded one. */
export async function copyDirectory(): Promise<Copy> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nightshift-test-'));
  copyFiles(inject('testDatabases').pgliteTemplate, dataDir);
  return { config: { dataDir }, remove: () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Makes one on the PostgreSQL server of the tests. */
export async function copyOnServer(): Promise<Copy> {
  const { serverUrl, prefix, postgresTemplate } = inject('testDatabases');
  const name = `${prefix}_${randomBytes(4).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${postgresTemplate}`);
  return {
    config: { url: databaseUrl(serverUrl, name) },
    remove: async () => void (await onServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

// Rows are deleted, and only where there are any: to truncate all tables takes both databases many times as long.
const emptyTables = `DO $$
  DECLARE
    tables text[] := ARRAY(SELECT quote_ident(tablename) FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> '_prisma_migrations');
    name text;
    has_rows boolean;
  BEGIN
    FOREACH name IN ARRAY tables LOOP
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', name) INTO has_rows;
      IF has_rows THEN EXECUTE format('DELETE FROM %s', name); END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences
      WHERE schemaname = 'public' AND last_value IS NOT NULL;
  END $$`;

async function empty(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    // The audit trail lets nobody empty it; the role of a replica passes its guard.
    await tx.query({ text: 'SET LOCAL session_replication_role = replica' });
    await tx.query({ text: emptyTables });
  });
}
