import { onTestFinished } from 'vitest';
import { createClient, expectType } from '../../../client/index.ts';
import type { Scope } from '../../../contract/words/viewers.ts';
import { graphqlName } from '../../../contract/words/words.ts';
import type { DatabaseConfig } from '../../../database/database.ts';
import { readServerConfig } from '../../../server/config.ts';
import { createLog } from '../../../server/log.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { type Answer, type Sent, send } from '../serve.ts';
import { startServer } from '../startServer.ts';

/** A real server of a test, and what its holder may do there. */
export interface KeyServer {
  url: string;
  /** What it logged at warn or above. */
  logged: string[];
  statements(): number;
  subscriptions(): number;
  client(apiKey?: string): ReturnType<typeof createClient>;
  /** Sends a request with this key, or with none. */
  get(path: string, key: string | null, sent?: Sent): Promise<Answer>;
  /** Creates a key of a service, by a client with every permission. */
  create(name: string, scopes: readonly Scope[], more?: object): Promise<string>;
  close(): Promise<void>;
}

/** Starts a server on a database until the end of the test, on a data directory of its own unless the variables name one. */
export async function startOn(
  database: DatabaseConfig,
  variables: Record<string, string> = {},
): Promise<KeyServer> {
  const logged: string[] = [];
  const log = createLog('warn', { write: (line) => logged.push(line) });
  const config = { ...readServerConfig({ PORT: '0', ...variables }), database };
  const server = await startServer(config, { log });
  onTestFinished(() => server.close());
  const url = server.url.replace('0.0.0.0', '127.0.0.1');
  const client = (apiKey = server.key) => createClient({ url, apiKey, retries: 0, timeoutMs: waitLimitMs });
  return {
    url,
    logged,
    statements: () => server.store.db.statements(),
    subscriptions: () => server.store.changes.size,
    client,
    get: (path, key, sent) => send(url, path, { ...sent, key }),
    async create(name, scopes, more = {}) {
      const answer = await client().createKey({ name, scopes: scopes.map(graphqlName), ...more });
      return expectType(answer, 'MadeKey').secret;
    },
    close: server.close,
  };
}

/** Where a list of tasks is read, which needs the scope `read`. */
export const list = '/agents/tasks/paged?limit=1';
