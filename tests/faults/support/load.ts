import { randomUUID } from 'node:crypto';
import type { Queryable } from '../../../database/database.ts';
import { type Answer, send } from '../../server/serve.ts';

/** What was acknowledged, and answers that should not have come. */
export interface Load {
  /** The last acknowledged excerpt of each task that was reported; a later one may stand without an acknowledgement. */
  readonly reported: Map<number, number>;
  readonly runs: string[];
  readonly leases: string[];
  readonly finished: string[];
  /** How many requests were refused because the database was away, by their kinds. */
  readonly refused: Map<string, number>;
  /** Answers that are neither a success nor a proper refusal. */
  readonly odd: string[];
  /** How many requests of each kind have succeeded since the last one was refused. */
  readonly doneInARow: Map<string, number>;
  /** When a request of each kind was last refused, in milliseconds of `performance.now()`. */
  readonly lastRefused: Map<string, number>;
  /** Ends the load; resolves when the last answer is there. */
  stop(): Promise<void>;
}

/** Keeps reports over REST and runs and leases over GraphQL going on some servers until it is stopped. */
export function startLoad(urls: readonly string[]): Load {
  let stopped = false;
  const load: Load = {
    reported: new Map(),
    runs: [],
    leases: [],
    finished: [],
    refused: new Map(),
    odd: [],
    doneInARow: new Map(),
    lastRefused: new Map(),
    async stop() {
      stopped = true;
      await Promise.all(loops);
    },
  };
  const loops = urls.flatMap((url) =>
    [report, report, run, run].map(async (work) => {
      while (!stopped) await work(url, load);
    }),
  );
  return load;
}

async function report(url: string, load: Load): Promise<void> {
  const json = { task: 'a.b', run_id: 'outside', status: 'running' };
  const made = await ask(load, 'POST', url, '/agents/tasks/', { method: 'POST', json });
  if (made === undefined) return;
  const { id } = made.json<{ id: number }>();
  load.reported.set(id, 0);
  for (let number = 1; number <= 3; number += 1) {
    const change = { log_excerpt: String(number) };
    const changed = await ask(load, 'PATCH', url, `/agents/tasks/${id}`, { method: 'PATCH', json: change });
    if (changed !== undefined) load.reported.set(id, number);
  }
}

async function run(url: string, load: Load): Promise<void> {
  const runId = randomUUID();
  const definition = `{ name: "load", steps: [{ task: "a" }, { task: "b", needs: ["a"] }] }`;
  const started = await mutate<{ runId?: string }>(
    load,
    url,
    'startRun',
    `{ definition: ${definition}, runId: "${runId}", exclusive: true }`,
    '... on Run { runId }',
  );
  if (started?.runId === undefined) return;
  load.runs.push(runId);
  const offer = await mutate<{ lease: { leaseId: string } | null }>(
    load,
    url,
    'leaseTask',
    `{ worker: "w", requestId: "${randomUUID()}", runIds: ["${runId}"] }`,
    '... on LeaseOffer { lease { leaseId } }',
  );
  const leaseId = offer?.lease?.leaseId;
  if (leaseId === undefined) return;
  load.leases.push(leaseId);
  const report = `{ leaseId: "${leaseId}", ending: EXIT, exitCode: 0, durationMs: 1 }`;
  const ended = await mutate(load, url, 'finishAttempt', report, '... on FinishedAttempt { task { id } }');
  if (ended !== undefined) load.finished.push(leaseId);
}

async function mutate<T>(
  load: Load,
  url: string,
  name: string,
  input: string,
  fields: string,
): Promise<T | undefined> {
  const query = `mutation { ${name}(input: ${input}) { __typename ${fields} ... on Error { message } } }`;
  const answer = await ask(load, name, url, '/graphql', { method: 'POST', json: { query } });
  const result = answer?.json<{ data: Record<string, T & { __typename: string }> }>().data[name];
  if (!result?.__typename.endsWith('Error')) return result;
  load.odd.push(`${name}: ${JSON.stringify(result)}`);
  return undefined;
}

/** Sends one request; undefined when it was refused because the database is away. */
async function ask(
  load: Load,
  kind: string,
  url: string,
  path: string,
  sent: { method: string; json: unknown },
): Promise<Answer | undefined> {
  const answer = await send(url, path, sent).catch((error: Error) => error);
  if (answer instanceof Error) {
    load.odd.push(`${kind}: ${answer.message}`);
    return undefined;
  }
  if (answer.status === 503 && Number(answer.headers['retry-after']) > 0 && isWellTold(path, answer)) {
    load.refused.set(kind, (load.refused.get(kind) ?? 0) + 1);
    load.lastRefused.set(kind, performance.now());
    load.doneInARow.set(kind, 0);
    return undefined;
  }
  if (answer.status >= 300 || (path === '/graphql' && 'errors' in answer.json())) {
    load.odd.push(`${kind}: ${answer.status} ${JSON.stringify(answer.headers)} ${answer.text.slice(0, 500)}`);
    return undefined;
  }
  load.doneInARow.set(kind, (load.doneInARow.get(kind) ?? 0) + 1);
  return answer;
}

function isWellTold(path: string, answer: Answer): boolean {
  if (path !== '/graphql')
    return answer.json<{ detail?: string }>().detail?.startsWith('The database') ?? false;
  const { errors } = answer.json<{ errors?: { extensions?: { code?: string } }[] }>();
  return errors?.every(({ extensions }) => extensions?.code === 'SERVICE_UNAVAILABLE') ?? false;
}

/** What of the acknowledged is not in the database. */
export async function missingOf(db: Queryable, load: Load): Promise<string[]> {
  const missing: string[] = [];
  const tasks = await db.query<{ id: number; number: number }>({
    text: `SELECT id, coalesce(log_excerpt, '0')::int AS number FROM agents_tasks WHERE run_id = 'outside'`,
  });
  const numbers = new Map(tasks.map(({ id, number }) => [id, number]));
  for (const [id, number] of load.reported)
    if ((numbers.get(id) ?? -1) < number) missing.push(`task ${id}: ${numbers.get(id)} instead of ${number}`);
  for (const [what, acknowledged, text] of [
    ['run', load.runs, 'SELECT run_id AS id FROM runs JOIN agents_tasks USING (run_id) WHERE step = 1'],
    ['lease', load.leases, 'SELECT lease_id AS id FROM task_attempts'],
    ['report', load.finished, `SELECT lease_id AS id FROM task_attempts WHERE ended_by = 'exit'`],
  ] as const) {
    const found = new Set((await db.query<{ id: string }>({ text })).map(({ id }) => id));
    missing.push(...acknowledged.filter((id) => !found.has(id)).map((id) => `${what} ${id}`));
  }
  return missing;
}
