import { setTimeout as wait } from 'node:timers/promises';
import { type Client, createClient } from '../../client/index.ts';
import type { CliContext } from './context.ts';
import { warnOfPlainHttp } from './warnOfPlainHttp.ts';

/** A server that a command may speak to. */
export interface Connection {
  client: Client;
  url: string;
  /** Which one it is, for those who want to know. */
  kind: 'configured' | 'running' | 'embedded';
  close(): Promise<void>;
}

/**
 * Connects to `API_BASE` when it is set, else to the server that runs on the data directory, else to one that it
 * starts within this process for as long as it is needed.
 */
export async function connect(context: CliContext): Promise<Connection> {
  const { apiBase, apiKey, dataDir } = context.config();
  const clientOf = (url: string) =>
    createClient({ url, apiKey, clientName: 'cli', retries: 2, maxDelayMs: 1000 });
  if (apiBase !== undefined)
    return { client: clientOf(apiBase), url: apiBase, kind: 'configured', ...nothing };

  const url = await findRunning(context, dataDir);
  if (url !== undefined) return { client: clientOf(url), url, kind: 'running', ...nothing };

  const late = setTimeout(() => context.say('Starting the embedded server …'), 700);
  try {
    const server = await context.joint.start('embedded');
    return { client: clientOf(server.url), kind: 'embedded', url: server.url, close: () => server.close() };
  } finally {
    clearTimeout(late);
  }
}

/** Connects, does something, and lets go of the server whatever happens. */
export async function withConnection<T>(
  context: CliContext,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(context);
  warnOfPlainHttp(connection.url, context.config().apiKey, context.say);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

const nothing = { close: async () => {} };

/** A process that has just begun to hold the directory answers soon, or lets go of it. */
async function findRunning({ joint }: CliContext, dataDir: string): Promise<string | undefined> {
  const end = performance.now() + 15_000;
  for (;;) {
    const holder = await joint.findHolder(dataDir);
    if (holder === null || holder.url !== undefined) return holder?.url;
    if (performance.now() > end) return undefined;
    await wait(100);
  }
}
