import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { PrismaClient } from '../prisma/generated/client.ts';
import type { MigrationStatus } from './compareMigrations.ts';
import { copyOut } from './copyOut.ts';
import { type DatabaseOptions, limitsOf } from './databaseOptions.ts';
import { connectAlone, type Driver, openDriver, type PoolUse, type Statement } from './driver.ts';
import type { Embedded } from './embedded.ts';
import type { MigrationError } from './errors.ts';
import { type ChannelListener, type ChannelWatch, listenOn } from './listen.ts';
import type { DataLock } from './lock.ts';
import { findNewer, migrate, migrationStatus } from './migrate.ts';
import { namesOfMigrations } from './migrationFiles.ts';
import { PgliteStream } from './pgliteStream.ts';
import { type PrismaTransaction, runPrismaTransaction } from './prismaTransaction.ts';
import { requireReadable } from './readable.ts';
import { checkReadiness, freeBytesOf, type Readiness } from './ready.ts';
import { defaultSchema, isSchemaName, queueSchemaOf, schemaOf } from './schemaName.ts';
import { runTransaction, type Transaction, type TransactionOptions } from './transaction.ts';

/** Whatever takes statements: the database itself, or one transaction of it. */
export interface Queryable {
  /** Runs one statement and returns its rows: timestamptz as ISO-8601 text in UTC, int8 as number. */
  query<Row>(statement: Statement<Row>): Promise<Row[]>;
}

/**
 * The database of this process. A failure of the connection rejects with DatabaseUnavailableError, here
 * and through `prisma` alike.
 */
export interface Database extends Queryable {
  readonly kind: 'postgres' | 'pglite';
  readonly prisma: PrismaClient;
  /** The schema of the tables, `public` unless the URL names one. */
  readonly schema: string;
  /** The schema of the queue. */
  readonly queueSchema: string;
  /**
   * Runs the work in one transaction, again from its start after a deadlock. Only `tx` may be used inside:
   * the database itself, and `prisma`, refuse statements there, because the embedded database has one connection.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Runs the work in one transaction of Prisma's, whose `tx` has Prisma's models beside statements, on one connection; for
   * the rest as `transaction`, which is the faster one: it waits for no BEGIN, and for statements together.
   */
  prismaTransaction<T>(work: (tx: PrismaTransaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Streams the bytes of a `COPY … TO STDOUT`; the connection is free again when the stream ends or is destroyed. */
  copyOut(statement: Statement | string): Promise<Readable>;
  /** Hears what other processes say on a channel (`NOTIFY`); the embedded database has no other processes. */
  listen(channel: string, listener: ChannelListener): Promise<ChannelWatch>;
  /** How many statements were sent so far, `BEGIN` and `COMMIT` included. */
  statements(): number;
  /** How busy the connections are. */
  pool(): PoolUse;
  /** Looks whether the database can serve. */
  checkReady(): Promise<Readiness>;
  /** The bytes that are free on the disk of the embedded database; null for another one, or where they cannot be read. */
  freeBytes(): Promise<number | null>;
  /** Has Prisma load its engine, for which the first of its calls would wait. */
  warmUp(): Promise<void>;
  migrationStatus(): Promise<MigrationStatus[]>;
  /** Says when a newer program has migrated the database since: this one must not go on then. */
  findNewer(): Promise<MigrationError | undefined>;
  /** Tells other processes where this one answers; of use with the embedded database only. */
  announce(url: string): void;
  close(): Promise<void>;
}

/** Connects to the database of a URL, or to the embedded one, and applies pending migrations. @throws what `openDatabase` throws */
export async function connectDatabase(
  to: { url: string } | Embedded,
  options: DatabaseOptions,
): Promise<Database> {
  const opened = 'url' in to ? toPostgres(to.url, options) : toEmbedded(to, options);
  try {
    const known = await namesOfMigrations(options.migrationsDir);
    await opened.started;
    const { unhurried = (work) => work() } = opened;
    await unhurried(() => bringUp(opened, options));
    return assemble(opened, options, known);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function bringUp({ kind, driver, schema }: Opened, options: DatabaseOptions): Promise<void> {
  const { migrate: isToMigrate = true, readOnly, besideOthers, migrationsDir: directory } = options;
  if (readOnly) return requireReadable(driver, { directory, schema, evenOlder: !isToMigrate });
  if (!isToMigrate) return (await driver.session()).release();
  const { lockTimeoutMillis, lockPatienceMillis, onWait } = options;
  const patience = { alone: kind === 'pglite', lockTimeoutMillis, lockPatienceMillis, onWait };
  await migrate(driver, { directory, schema, besideOthers, ...patience });
}

interface Opened {
  kind: Database['kind'];
  driver: Driver;
  /** The schema that the URL names. */
  schema?: string | undefined;
  directory?: string;
  lock?: DataLock;
  listen: Database['listen'];
  /** Resolves when the embedded database runs. */
  started?: Promise<void>;
  /** Does work without a limit of time, where the embedded database has one of its own. */
  unhurried?<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

function toPostgres(url: string, options: DatabaseOptions): Opened {
  const schema = schemaOf(url);
  if (schema !== undefined && !isSchemaName(schema))
    throw new Error('The schema in DATABASE_URL cannot be used.');
  const { readOnly, maxConnections: max = 10 } = options;
  const driver = openDriver({ connection: { url }, max, schema, readOnly, ...limitsOf(options) });
  const connect = () => connectAlone(url, limitsOf(options).connectionTimeoutMillis);
  return {
    kind: 'postgres',
    driver,
    schema,
    listen: (channel, listener) => listenOn(connect, channel, listener),
    close: driver.end,
  };
}

function toEmbedded(embedded: Embedded, options: DatabaseOptions): Opened {
  const { host, dataDir, lock, started } = embedded;
  const { readOnly } = options;
  const stream = () => new PgliteStream(host);
  const driver = openDriver({ connection: { stream }, max: 1, readOnly, ...limitsOf(options) });
  const close = async () => {
    await driver.end();
    await embedded.close();
  };
  const listen = async () => ({ stop: async () => {} });
  const unhurried = host.unhurried.bind(host);
  return { kind: 'pglite', driver, directory: dataDir, lock, listen, started, unhurried, close };
}

function assemble(
  { kind, driver, schema = defaultSchema, directory, lock, listen, close }: Opened,
  options: DatabaseOptions,
  known: readonly string[],
): Database {
  const { connectionTimeoutMillis, statementTimeoutMillis } = limitsOf(options);
  // The driver's own limits come first, since they say that the database is unavailable.
  const transactionOptions = { maxWait: 2 * connectionTimeoutMillis, timeout: 2 * statementTimeoutMillis };
  const prisma = new PrismaClient({ adapter: driver.adapter, transactionOptions });
  const query: Database['query'] = (statement) => driver.query(statement);
  let closing: Promise<void> | undefined;
  return {
    kind,
    prisma,
    schema,
    queueSchema: queueSchemaOf(schema),
    query,
    transaction: (work, settings) => runTransaction(driver, work, settings),
    prismaTransaction: (work, settings) => runPrismaTransaction({ driver, prisma }, work, settings),
    copyOut: (statement) =>
      copyOut(
        driver,
        typeof statement === 'string' ? { text: statement } : statement,
        options.copyStallMillis,
      ),
    listen,
    statements: driver.statements,
    pool: driver.pool,
    checkReady: () =>
      checkReadiness({
        ping: () => query({ text: 'SELECT 1' }),
        timeoutMillis: 5000,
        directory,
        minFreeBytes: options.minFreeBytes ?? 64 * 1024 * 1024,
      }),
    freeBytes: async () => (directory ? freeBytesOf(directory).catch(() => null) : null),
    // Whether the database answers is for others to say.
    warmUp: () => prisma.identity.findFirst({ select: { one: true } }).then(ignore, ignore),
    migrationStatus: () => migrationStatus(driver, options.migrationsDir),
    findNewer: () => findNewer(driver, known),
    announce: (url) => lock?.update({ url }),
    close() {
      closing ??= disconnect(prisma).then(close);
      return closing;
    },
  };
}

/** So long Prisma may take to let go: where its engine is being loaded at that moment, it may never. */
const disconnectMillis = 5000;

async function disconnect(prisma: PrismaClient): Promise<void> {
  const over = new AbortController();
  const patience = pause(disconnectMillis, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([prisma.$disconnect(), patience]);
  over.abort();
}

function ignore(): void {}
