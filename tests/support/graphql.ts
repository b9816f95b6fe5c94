import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import type { Channel } from '../../contract/words/notifications.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { Store } from '../../domain/store.ts';
import { createGraphqlHandler } from '../../server/graphql/handler.ts';
import type { JitLimits } from '../../server/graphql/jit.ts';
import type { TestDatabase } from './databases.ts';
import { everything, storeOf } from './domain.ts';

/** An answer of GraphQL over HTTP. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is what it asserts
  body: any;
}

/** GraphQL over HTTP on a database of its own, for one block of tests. */
export interface GraphqlServer {
  url(): string;
  store(): Store;
  /** Whom the next requests come from. */
  viewer: Viewer | (() => Viewer);
  /** Sends one operation as JSON. */
  send(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  /** Sends a body as it is. */
  post(body: BodyInit, headers?: Record<string, string>): Promise<Answer>;
  /** How many statements the work sent to the database. */
  statementsOf(work: () => Promise<unknown>): Promise<number>;
  /** What was logged, newest last. */
  logged: { details: object; message: string }[];
}

/** Serves GraphQL to the surrounding block of tests, on a free port; its store tells these channels. */
export function serveGraphql(
  database: TestDatabase,
  channels: readonly Channel[] = [],
  jit?: JitLimits,
): GraphqlServer {
  let server: Server;
  const store = storeOf(database, channels);
  const served: GraphqlServer = {
    viewer: everything,
    logged: [],
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    store: () => store,
    send: (query, variables, headers) =>
      served.post(JSON.stringify({ query, variables }), { 'content-type': 'application/json', ...headers }),
    async post(body, headers = {}) {
      const response = await fetch(served.url(), { method: 'POST', body, headers });
      return read(response);
    },
    async statementsOf(work) {
      const before = database.db().statements();
      await work();
      return database.db().statements() - before;
    },
  };
  beforeAll(async () => {
    const log = (details: object, message: string) => void served.logged.push({ details, message });
    const handler = createGraphqlHandler({
      store,
      authenticate: () => (typeof served.viewer === 'function' ? served.viewer() : served.viewer),
      log: { error: log, warn: log },
      ...(jit ? { jit } : {}),
    });
    server = createServer(handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return served;
}

/** Reads an answer to its end. */
export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
