import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseConfig } from '../../../database/database.ts';
import { type Answer, type Sent, send } from '../../server/serve.ts';
import { type NodeProcess, spawnNode } from '../../support/spawnNode.ts';

/** A server with little memory as a process of its own. */
export interface SmallServer {
  readonly key: string;
  /** Sends a request without a key; what is refused by the end of its connection gives undefined. */
  send(path: string, sent?: Sent): Promise<Answer | undefined>;
  /** Sends one operation of GraphQL with the key. */
  graphql(query: string, variables?: object): Promise<Answer | undefined>;
  /** Opens a connection, sends a text and reads no more than is said. */
  open(text?: string, reading?: 'all' | 'beginning'): Promise<Socket>;
  /** Says what the process printed if it has ended. */
  fault(): string | undefined;
  close(): Promise<void>;
}

/** The heap of the server in megabytes: about twice what it needs when nobody calls. */
const heapMegabytes = 144;

/** Starts a server with little memory on a database. */
export async function startSmallServer(
  database: DatabaseConfig,
  variables: Record<string, string> = {},
): Promise<SmallServer> {
  const key = 'the-key-of-a-small-server';
  const place = 'url' in database ? { DATABASE_URL: database.url } : { DATABASE_URL: '' };
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-small-'));
  const data = 'url' in database ? directory : database.dataDir;
  const env = { ...place, NIGHTSHIFT_DATA: data, ADMIN_API_KEY: key, ...variables };
  const args = [`--max-old-space-size=${heapMegabytes}`, 'tests/fixtures/server/serve.ts'];
  const child: NodeProcess = spawnNode(args, env);
  let isOver = false;
  void child.ended().then(() => {
    isOver = true;
  });
  const [url] = await child.printed(/^http\S+$/m);
  const sockets = new Set<Socket>();
  const ask = (path: string, sent: Sent = {}) =>
    send(url, path, { key: null, ...sent }).catch(() => undefined);
  return {
    key,
    send: ask,
    graphql: (query, variables) => ask('/graphql', { key, method: 'POST', json: { query, variables } }),
    async open(text = '', reading = 'all') {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      if (reading === 'all') socket.resume();
      await once(socket, 'connect');
      socket.write(text);
      return socket;
    },
    fault: () => (isOver ? `The server has ended:\n${child.stderr()}` : undefined),
    async close() {
      for (const socket of sockets) socket.destroy();
      await child.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
