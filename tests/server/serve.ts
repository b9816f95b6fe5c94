import { type IncomingHttpHeaders, request } from 'node:http';
import { afterAll } from 'vitest';
import type { Database } from '../../database/database.ts';
import { countFailures } from '../../domain/access/failedCredentials.ts';
import { TaskChangesHub } from '../../domain/changes/changes.ts';
import { WorkSignal } from '../../domain/changes/workSignal.ts';
import { queueProvider } from '../../domain/queue/queueProvider.ts';
import type { Store } from '../../domain/store.ts';
import { createAccess } from '../../server/access/access.ts';
import type { AccessConfig } from '../../server/access/accessConfig.ts';
import { createWrongKeys, type ShareFailures, type WrongKeyLimits } from '../../server/access/wrongKeys.ts';
import { buildServer, type ServerParts } from '../../server/buildServer.ts';
import type { ConnectionLimits } from '../../server/http/connections.ts';
import { listen } from '../../server/http/listen.ts';
import { createLog } from '../../server/log.ts';
import { createMetrics } from '../../server/metrics/metrics.ts';
import type { WebhookConfig } from '../../server/pulls/webhook.ts';
import { groupReader } from '../../server/settings/groups.ts';
import { keyOf } from '../support/keys.ts';

/** An answer, read to its end. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
  /** The body as JSON. */
  json<T = Record<string, unknown>>(): T;
}

export interface Sent {
  method?: string;
  /** The key that it carries: without one, on a server that is open to read, the machine's. Null sends none. */
  key?: string | null;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  /** A body that is sent as JSON. */
  json?: unknown;
}

/** A server on a free port that really listens, and what it logged. */
export interface TestServer {
  url: string;
  /** The machine's key. */
  key: string;
  send(path: string, sent?: Sent): Promise<Answer>;
  /** Lines of the log at warn or above. */
  logged: string[];
  /** How many connections are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

const loopback: AccessConfig = { host: '127.0.0.1', adminUsers: [], trustedProxy: [], corsOrigins: [] };

/** Serves a database until the end of the block of tests; a stub stands in for GraphQL. */
export async function serve(
  db: Database,
  config: Partial<AccessConfig & WebhookConfig & Pick<Store, 'github'>> = {},
  {
    exports,
    bodies,
    findPage,
    wrongKeys: wrongKeyLimits,
    share = (failures) => countFailures(db, failures),
    graphql = async () => (_request, response) => response.end('graphql'),
    store: setting,
    ...limits
  }: Partial<
    ConnectionLimits &
      Pick<ServerParts, 'exports' | 'bodies' | 'graphql' | 'findPage'> & {
        wrongKeys: WrongKeyLimits;
        share: ShareFailures;
        store: Partial<Store>;
      }
  > = {},
): Promise<TestServer> {
  const rules = { ...loopback, machineKey, ...config };
  const logged: string[] = [];
  const store: Store = {
    db,
    ...(rules.github && { github: rules.github }),
    changes: new TaskChangesHub(),
    queue: queueProvider(db, () => undefined).get,
    work: new WorkSignal(),
    leaseMs: 30_000,
    groupsOf: groupReader(rules.approverGroups),
    admins: rules.adminUsers,
    ...setting,
  };
  const log = createLog('warn', { write: (line) => logged.push(line) });
  const wrongKeys = createWrongKeys(log, share, wrongKeyLimits);
  const server = await buildServer({
    config: rules,
    store,
    log,
    limits,
    ...(exports ? { exports } : {}),
    ...(bodies ? { bodies } : {}),
    findPage,
    wrongKeys,
    access: createAccess(rules, wrongKeys),
    metrics: createMetrics(store, log),
    graphql,
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  afterAll(close);
  const isOpen = rules.host === '127.0.0.1' && !rules.adminApiKey && rules.trustedProxy.length === 0;
  const key = isOpen ? machineKey : null;
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  return {
    url,
    key: machineKey,
    logged,
    connections,
    close,
    send: (path, sent) => send(url, path, { key, ...sent }),
  };
}

/** The machine's key of servers of tests. */
const machineKey = 'the-key-of-the-machine-of-tests';

/** Sends one request exactly as given, which `fetch` would not. */
export async function send(url: string, path: string, sent: Sent = {}): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const body = sent.json === undefined ? sent.body : JSON.stringify(sent.json);
  const headers: Record<string, string | string[]> = {};
  const key = sent.key === undefined ? keyOf(url) : sent.key;
  const ofIdentity = ['authorization', 'x-admin-key', 'x-user-email'];
  if (key && ofIdentity.every((name) => sent.headers?.[name] === undefined)) headers['x-admin-key'] = key;
  if (sent.json !== undefined) headers['content-type'] = 'application/json';
  Object.assign(headers, sent.headers);
  const chunked = headers['transfer-encoding'] !== undefined;
  if (body !== undefined && !chunked) headers['content-length'] = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method: sent.method ?? 'GET', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        const text = whole.toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: whole,
          text,
          json: <T>() => JSON.parse(text) as T,
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A task as REST writes it. */
export interface TaskJson {
  id: number;
  task: string;
  run_id: string;
  status: string;
  started_at: string | null;
  finished_at: string | null;
  duration_ms: number | null;
  inputs: Record<string, unknown> | null;
  outputs_uri: string | null;
  log_excerpt: string | null;
  approval_state: string | null;
  approver: string | null;
  approval_note: string | null;
  webhook_notified_at: string | null;
}

/** Creates a task over REST. */
export async function post(server: TestServer, fields: Record<string, unknown> = {}): Promise<TaskJson> {
  const json = { task: 'seo.validate', run_id: 'nightly-1', status: 'running', ...fields };
  const answer = await server.send('/agents/tasks/', { method: 'POST', json });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.json<TaskJson>();
}

/** Empties the tables and begins the numbers of tasks at 1 again, cheaper than TRUNCATE between many small tests. */
export async function empty(db: Database): Promise<void> {
  for (const table of ['agents_tasks', 'runs', 'idempotency_keys'])
    await db.query({ text: `DELETE FROM ${table}` });
  await db.query({ text: "SELECT setval('agents_tasks_id_seq', 1, false)" });
}
