import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '../../../client/index.ts';
import { take } from '../../../orchestrator/cli/list.ts';
import { readServerConfig } from '../../../server/config.ts';
import { startServer } from '../../../server/server.ts';
import { copyDirectory, copyOnServer } from '../../support/databases.ts';
import { isFullForm } from '../../support/form.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { noteKey } from '../../support/keys.ts';

/** A real server on a data directory and a database of its own, and a client of it. */
export interface TestServer {
  url: string;
  /** A key of the server, which its client has. */
  key: string;
  client: Client;
  /** Tasks of a run in the order of their making, with what is worth comparing. */
  tasksOf(runId: string): Promise<Awaited<ReturnType<Client['task']>>[]>;
  close(): Promise<void>;
}

/**
 * Starts a server on any free loopback port, with variables of its configuration. Where they name no database, it has one
 * of PostgreSQL; in the full form, and where `DATABASE_URL` is empty, the embedded one.
 */
export async function startTestServer(variables: Record<string, string> = {}): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-server-'));
  const database = await databaseFor(variables);
  const config = readServerConfig({
    PORT: '0',
    NIGHTSHIFT_DATA: directory,
    LOG_LEVEL: 'silent',
    ...variables,
    ...database?.variables,
  });
  const server = await startServer(config);
  const { url, key } = server;
  noteKey(url, key);
  const client = createClient({ url, apiKey: key, timeoutMs: waitLimitMs });
  return {
    url,
    key,
    client,
    async tasksOf(runId) {
      const { rows: tasks } = await take(client.walkTasks({ runId: [runId] }), 1000);
      tasks.sort((a, b) => a.databaseId - b.databaseId);
      return Promise.all(tasks.map(({ id }) => client.task({ id })));
    },
    async close() {
      await server.close();
      await database?.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function databaseFor({ DATABASE_URL, NIGHTSHIFT_DATA }: Record<string, string>) {
  if (DATABASE_URL || NIGHTSHIFT_DATA) return undefined;
  const isEmbedded = isFullForm || DATABASE_URL === '';
  const { config, remove } = await (isEmbedded ? copyDirectory() : copyOnServer());
  const variables = 'url' in config ? { DATABASE_URL: config.url } : { NIGHTSHIFT_DATA: config.dataDir };
  return { variables, remove };
}
