import { setTimeout as wait } from 'node:timers/promises';
import { type Client, createClient, type KeySource } from '../../client/index.ts';
import type { CliContext } from './context.ts';
import { endingAtOnce } from './interruption.ts';
import { keyForFound, keyForNamed, type NamedServer } from './keyFor.ts';
import { warnOfPlainHttp } from './warnOfPlainHttp.ts';

/**
 * What a command wants of a server: to read, to act on what is there, or to begin something, for which all may be made; to
 * `work` is to begin something that lasts.
 */
type Purpose = 'read' | 'act' | 'begin' | 'work';

/** A server that a command may speak to. */
export interface Connection {
  client: Client;
  url: string;
  /** The key that this server, and no other, is sent. */
  apiKey: KeySource | undefined;
  /** Which one it is, for those who want to know. */
  kind: 'configured' | 'running' | 'embedded';
  /**
   * Aborted with the reason once a server that this process started has stopped by itself, since a newer program has
   * migrated the database: it never answers again, so whoever goes on for long ends with it.
   */
  outdated: AbortSignal;
  close(): Promise<void>;
}

/**
 * Connects to `API_BASE` when it is set, else to the server that runs on the data directory, else to one that it
 * starts within this process for as long as it is needed; to read, that one is there for reading alone, and where nothing has run yet
 * it is started only to begin something.
 */
export async function connect(context: CliContext, purpose: Purpose): Promise<Connection> {
  for (let tries = 1; ; tries++) {
    const found = await findConnection(context, purpose);
    if (found !== undefined) return found;
    try {
      return await startHere(context, purpose);
    } catch (error) {
      if (!(await hasOther(context, error, tries))) throw error;
    }
  }
}

async function startHere({ gateway, print }: CliContext, purpose: Purpose): Promise<Connection> {
  const late = setTimeout(() => print('Starting a server for this command …'), 700);
  try {
    const server = await gateway.start(kinds[purpose]);
    const { url, key, outdated } = server;
    return { ...to({ url, apiKey: key }), kind: 'embedded', outdated, close: () => server.close() };
  } finally {
    clearTimeout(late);
  }
}

const kinds = { read: 'reading', act: 'existing', begin: 'embedded', work: 'embedded' } as const;

/** Of commands that begin at the same time one has the directory: the others wait for it, or come after it. */
async function hasOther({ gateway, config }: CliContext, error: unknown, tries: number): Promise<boolean> {
  if (!(error instanceof Error) || error.name !== 'DatabaseLockedError') return false;
  if (tries < maxTries) return true;
  // One that is seen here comes to its end; of one elsewhere nothing can be known.
  return tries < maxTriesHere && (await gateway.findServer(config().dataDir)) !== null;
}

const [maxTries, maxTriesHere] = [3, 20];

/** Connects to `API_BASE` when it is set, else to the server that runs on the data directory; nothing when none does. */
export async function findConnection(
  context: CliContext,
  purpose: Purpose = 'act',
): Promise<Connection | undefined> {
  const config = context.config();
  const { apiBase } = config;
  const use = { isLasting: purpose === 'work' };
  if (apiBase !== undefined)
    return { ...to(await keyForNamed(context, apiBase, use), context), kind: 'configured', ...nothing };
  const url = await findRunning(context);
  return url === undefined
    ? undefined
    : { ...to(await keyForFound(config, url, use), context), kind: 'running', ...nothing };
}

function to(
  { url, apiKey }: NamedServer,
  context?: Pick<CliContext, 'print'>,
): Pick<Connection, 'url' | 'apiKey' | 'client'> {
  const limits = { timeoutMs: 30_000, retries: 2, maxDelayMs: 1000 };
  const onSlow = () => context?.print(`Waiting for the server at ${url} …`);
  return { url, apiKey, client: createClient({ url, apiKey, clientName: 'cli', onSlow, ...limits }) };
}

/** Connects to read: nothing is made, migrated or changed by it, wherever it leads. */
export function withReader<T>(context: CliContext, work: (connection: Connection) => Promise<T>): Promise<T> {
  return withConnection(context, work, 'read');
}

/** Connects, does something, and lets go of the server whatever happens; where nothing has run yet, only to begin. */
export async function withConnection<T>(
  context: CliContext,
  work: (connection: Connection) => Promise<T>,
  purpose: Purpose = 'act',
): Promise<T> {
  const connection = await endingAtOnce(() => connect(context, purpose));
  warnOfPlainHttp(connection.url, connection.apiKey, context.print);
  try {
    return await work(connection);
  } catch (error) {
    // That the server has gone says nothing of why.
    connection.outdated.throwIfAborted();
    throw error;
  } finally {
    await connection.close();
  }
}

const nothing = { outdated: new AbortController().signal, close: async () => {} };

/**
 * Finds the server of the data directory. A process that has just begun to hold it is waited for: its first start may
 * take minutes on a slow machine, and it answers in the end, lets go of the directory, or dies.
 */
export async function findRunning({ gateway, config, print }: CliContext): Promise<string | undefined> {
  const { dataDir, variables } = config();
  const begin = performance.now();
  for (let isPrinted = false; ; ) {
    const holder = await gateway.findServer(dataDir, variables.DATABASE_URL?.trim() || undefined);
    if (holder === null || holder.url !== undefined) return holder?.url;
    const waitedMs = performance.now() - begin;
    if (waitedMs > startLimitMs) return undefined;
    if (!isPrinted && waitedMs > printAfterMs) {
      print(`Waiting for process ${holder.pid}, which is starting a server on ${dataDir} or reading it …`);
      isPrinted = true;
    }
    await wait(100);
  }
}

// Longer than an embedded database may take to start.
const startLimitMs = 900_000;

const printAfterMs = 2000;
