import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { asDatabaseError, DatabaseUnavailableError } from './errors.ts';
import { type Counter, instrument } from './instrument.ts';
import { textParser } from './textTypes.ts';

/** One statement; with a `name` it is prepared once a connection and reused. */
export interface Statement<Row = unknown> {
  name?: string;
  text: string;
  values?: readonly unknown[];
  /** What its rows are; for the compiler alone. */
  readonly rows?: Row[];
}

/** Where the driver connects to, and its limits; times in milliseconds. */
export interface DriverOptions {
  /** A PostgreSQL URL, or how to make a stream that speaks PostgreSQL's protocol. */
  connection: { url: string } | { stream: () => Duplex };
  max: number;
  connectionTimeoutMillis: number;
  statementTimeoutMillis: number;
  /** The schema that names are looked up in. @default as the database has it */
  schema?: string | undefined;
  /** Whether no statement may change anything. @default false */
  readOnly?: boolean | undefined;
}

/** One connection, held until it is released; with an error it is closed instead of reused. */
export interface Session {
  query<Row>(statement: Statement<Row>, timeoutMillis?: number): Promise<{ rows: Row[]; command: string }>;
  /** Runs `COPY … TO STDOUT`, which takes no parameters: the values are written into its text. */
  copyOut(statement: Statement): Readable;
  release(error?: Error): void;
}

/** The connection that somebody else has taken, shared until it is given back. */
export interface SharedSession {
  /** @throws Error once the connection was given back */
  query<Row>(statement: Statement<Row>): Promise<Row[]>;
  /** Says whether a statement on it has failed, so that its transaction can only be rolled back. */
  hasFailed(): Promise<boolean>;
}

/** One connection outside the pool, for what is said on channels. */
export interface LoneConnection {
  listen(channel: string, onMessage: (text: string) => void): Promise<void>;
  /** Resolves when the other side gives a sign, and rejects when it gives none for so many milliseconds. */
  sign(withinMillis: number): Promise<void>;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  /** Ends the connection, also where the other side is silent. */
  end(): Promise<void>;
}

/** How busy the connections are. */
export interface PoolUse {
  max: number;
  idle: number;
  /** In use, or being opened. */
  active: number;
  /** Callers that wait for a connection. */
  waiting: number;
}

export interface Driver {
  readonly adapter: PrismaPg;
  /** Runs one statement on whichever connection is free. */
  query<Row>(statement: Statement<Row>): Promise<Row[]>;
  /** A connection for one caller; one that is pipelined takes further statements before the last is answered, but no copy. */
  session(options?: { pipelined: boolean }): Promise<Session>;
  /** Marks the work as one that holds a session, so that it cannot wait for a second one. */
  holding<T>(work: () => Promise<T>): Promise<T>;
  /** Runs work that takes one connection from the pool by itself, as Prisma does for a transaction, and shares that. */
  sharing<T>(work: (shared: SharedSession) => Promise<T>): Promise<T>;
  statements(): number;
  pool(): PoolUse;
  end(): Promise<void>;
}

/** Connects to a PostgreSQL server outside the pool. @throws whatever the connection fails with */
export async function connectAlone(url: string, connectionTimeoutMillis: number): Promise<LoneConnection> {
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis,
    keepAlive: true,
    application_name: 'nightshift channel',
    stream: () => socket,
  });
  const closed = new Promise<void>((resolve) => client.once('end', resolve));
  client.on('error', ignore);
  await client.connect();
  const say = async (text: string, withinMillis: number) => {
    const statement: pg.QueryConfig & { query_timeout: number } = { text, query_timeout: withinMillis };
    await client.query(statement);
  };
  return {
    async listen(channel, onMessage) {
      client.on('notification', ({ payload }) => onMessage(payload ?? ''));
      await say(`LISTEN ${client.escapeIdentifier(channel)}`, connectionTimeoutMillis);
    },
    sign: (withinMillis) => say('SELECT 1', withinMillis),
    closed,
    async end() {
      const over = client.end().catch(ignore);
      const silent = setTimeout(() => socket.destroy(), endWithinMillis);
      await over;
      clearTimeout(silent);
    },
  };
}

/** So long the other side may take to end a connection before it is cut. */
const endWithinMillis = 1000;

/** Opens a pool of connections that the statements of this program and Prisma's share. */
export function openDriver(options: DriverOptions): Driver {
  const counter: Counter = { sent: 0 };
  const holder = new AsyncLocalStorage<Held>();
  const pool = new pg.Pool(poolConfig(options));
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>;
  const checkOut = async () => {
    const held = holder.getStore();
    if (held && !held.over && !held.isToTake) throw new Error(NESTED);
    if (held) held.isToTake = false;
    try {
      const client = await connect();
      if (held && !held.over) keep(held, client);
      return client;
    } catch (error) {
      throw explainWait(asDatabaseError(error), options);
    }
  };
  const overrides = {
    connect: checkOut,
    async query(statement: pg.QueryConfig) {
      const client = await checkOut();
      try {
        const result = await client.query(statement);
        client.release();
        return result;
      } catch (error) {
        // A text of several statements that failed may have left a transaction open.
        const unusable = error instanceof DatabaseUnavailableError || client.getTransactionStatus() !== 'I';
        client.release(unusable ? (error as Error) : undefined);
        throw error;
      }
    },
  };
  Object.assign(pool, overrides);
  pool.on('connect', (client) =>
    instrument(client, counter, options.statementTimeoutMillis + 5000, 'stream' in options.connection),
  );
  pool.on('error', ignore);

  return {
    adapter: new PrismaPg(pool, options.schema === undefined ? undefined : { schema: options.schema }),
    async query<Row>(statement: Statement<Row>) {
      return rowsOf<Row>(await pool.query(toQueryConfig(statement)));
    },
    session: async (options) => openSession(await checkOut(), options?.pipelined ?? false),
    async holding(work) {
      const held: Held = { over: false };
      try {
        return await holder.run(held, work);
      } finally {
        held.over = true;
      }
    },
    async sharing(work) {
      if (holder.getStore()?.over === false) throw new Error(NESTED);
      const held: Held = { over: false, isToTake: true };
      try {
        return await holder.run(held, () => work(shareOf(held)));
      } finally {
        held.over = true;
      }
    },
    statements: () => counter.sent,
    pool: () => ({
      max: options.max,
      idle: pool.idleCount,
      active: pool.totalCount - pool.idleCount,
      waiting: pool.waitingCount,
    }),
    end: () => pool.end(),
  };
}

/** What a piece of work has of the connections. */
interface Held {
  over: boolean;
  /** Whether the connection that it asks for next is the one that it holds from then on. */
  isToTake?: boolean;
  client?: pg.PoolClient;
}

/** Remembers the connection of some work until whoever took it gives it back. */
function keep(held: Held, client: pg.PoolClient): void {
  held.client = client;
  const { release } = client;
  client.release = (error) => {
    held.over = true;
    release(error);
  };
}

function shareOf(held: Held): SharedSession {
  return {
    async query<Row>(statement: Statement<Row>) {
      if (held.over || held.client === undefined) throw new Error(ENDED);
      return rowsOf<Row>(await held.client.query(toQueryConfig(statement)));
    },
    async hasFailed() {
      // The state of a transaction comes a moment after the error of a statement: with the answer to the next one.
      await held.client?.query('');
      return held.client?.getTransactionStatus() === 'E';
    },
  };
}

/** What is said to whoever goes on with a transaction that is over. */
export const ENDED = 'This transaction has ended; start another one.';

const NESTED =
  'A statement was sent to the database while its own transaction holds the connection. Send it through the transaction.';

function poolConfig({ connection, schema, readOnly, ...limits }: DriverOptions): pg.PoolConfig {
  const { max, connectionTimeoutMillis, statementTimeoutMillis } = limits;
  const setup = [
    ...(schema === undefined ? [] : [`SET search_path TO ${pg.escapeIdentifier(schema)}`]),
    ...(readOnly ? ['SET default_transaction_read_only TO on'] : []),
    "SET TimeZone TO 'UTC'",
    "SET DateStyle TO 'ISO'",
    `SET statement_timeout TO ${statementTimeoutMillis}`,
    'SET idle_in_transaction_session_timeout TO 60000',
    // A page is one range of the index that holds its whole order. By sorting a part of it PostgreSQL would have to
    // read all tasks of one name, and takes that for cheap.
    'SET enable_incremental_sort TO off',
  ].join('; ');
  const shared: pg.PoolConfig = {
    max,
    connectionTimeoutMillis,
    application_name: 'nightshift',
    types: { getTypeParser },
    onConnect: async (client) => {
      client.on('error', ignore);
      await client.query(setup);
    },
  };
  if ('url' in connection) return { ...shared, connectionString: connection.url, keepAlive: true };
  return {
    ...shared,
    user: 'postgres',
    database: 'postgres',
    password: '',
    host: 'localhost',
    ssl: false,
    stream: connection.stream,
    idleTimeoutMillis: 0,
  };
}

function getTypeParser(oid: number, format?: 'text' | 'binary') {
  const own = format === 'binary' ? undefined : textParser(oid);
  return own ?? pg.types.getTypeParser(oid, format ?? 'text');
}

// Idle connections die when the server does; the pool has thrown them away before it tells of it.
function ignore(): void {}

function explainWait(error: Error, { max, connectionTimeoutMillis }: DriverOptions): Error {
  if (!(error.cause instanceof Error) || !error.cause.message.startsWith('timeout exceeded')) return error;
  const busy = max === 1 ? 'The one connection to the database was' : `All ${max} connections were`;
  return new DatabaseUnavailableError(`${busy} busy for ${connectionTimeoutMillis} ms. Try again later.`, {
    cause: error.cause,
  });
}

function openSession(client: pg.PoolClient, pipelined: boolean): Session {
  const setPipeline = (pipeline: boolean) => void Object.assign(client, { pipeline });
  setPipeline(pipelined);
  return {
    async query<Row>(statement: Statement<Row>, timeoutMillis?: number) {
      const limit = timeoutMillis === undefined ? {} : { query_timeout: timeoutMillis };
      const config = Object.assign(toQueryConfig(statement), limit);
      if (pipelined) gather(client);
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(config);
      const last = Array.isArray(result) ? result.at(-1) : result;
      return { rows: rowsOf<Row>(result), command: last?.command ?? '' };
    },
    copyOut: (statement) => client.query(copyTo(inlineValues(statement))),
    release(error) {
      setPipeline(false);
      client.release(error);
    },
  };
}

/** Has all that is sent before the next event go out together: each call to the system wakes the other side. */
function gather(client: pg.PoolClient): void {
  const { stream } = (client as pg.PoolClient & { connection: { stream: Duplex } }).connection;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** A text of several statements without values gives a result for each: their rows come one after the other. */
function rowsOf<Row>(result: pg.QueryResult | pg.QueryResult[]): Row[] {
  return Array.isArray(result) ? result.flatMap(({ rows }) => rows as Row[]) : (result.rows as Row[]);
}

// NUL ends a text in PostgreSQL's protocol, so one inside a statement would be read as half a message.
function toQueryConfig({ name, text, values }: Statement): pg.QueryConfig {
  if (text.includes('\0')) throw new Error('A statement has a NUL character, which PostgreSQL cannot store.');
  return { name, text, values: values ? [...values] : undefined };
}

/** Writes the values into the text, in one pass, so that none can look like a placeholder of another. */
function inlineValues({ text, values = [] }: Statement): string {
  const inlined = text.replace(/\$(\d+)/g, (_placeholder, number) => toLiteral(values[Number(number) - 1]));
  if (inlined.includes('\0'))
    throw new Error('A statement has a NUL character, which PostgreSQL cannot store.');
  return inlined;
}

function toLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return `ARRAY[${value.map(toLiteral).join(', ')}]`;
  return pg.escapeLiteral(String(value));
}
