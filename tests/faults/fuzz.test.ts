import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeKeyText } from '../../contract/keyText.ts';
import { doorsOf, operations } from '../../contract/words/operations.ts';
import { planDefinition } from '../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../domain/plans/plans.ts';
import { type Answer, send } from '../server/serve.ts';
import { useDatabase } from '../support/databases.ts';
import { everything, storeOf } from '../support/domain.ts';
import { sized } from '../support/form.ts';
import { type NodeProcess, spawnNode } from '../support/spawnNode.ts';
import { type Caller, makeCallers, publicUrl } from './support/fuzzCallers.ts';
import { type FuzzedRequest, requestsOf, requestsOfField } from './support/fuzzRequests.ts';

/** A closed server as a process of its own, whose database is PostgreSQL. */
const adminKey = 'the-key-of-emergencies-of-a-test';
const githubSecret = 'the-secret-of-a-webhook';
const variables = {
  ADMIN_API_KEY: adminKey,
  PUBLIC_URL: publicUrl,
  TRUSTED_PROXY: '127.0.0.1',
  GITHUB_WEBHOOK_SECRET: githubSecret,
  GITHUB_ACTIONS_RULES: 'repository_id=1 scopes=report',
};

const routes = operations.flatMap((operation) => doorsOf(operation).routes);
const fields = operations.flatMap((operation) => doorsOf(operation).field ?? []);
/** How many requests each of them is sent. */
const numRuns = sized({ short: 20, full: 10_000 });

describe('Odd requests of callers of every kind', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database);
  let server: NodeProcess;
  let url: string;
  let directory: string;
  let seen = 0;
  let callers: Map<string, Caller>;

  beforeAll(async () => {
    const config = database.config();
    directory = mkdtempSync(join(tmpdir(), 'nightshift-fuzz-'));
    const place = 'url' in config ? { DATABASE_URL: config.url } : {};
    server = spawnNode(['tests/fixtures/server/serve.ts'], {
      ...variables,
      ...place,
      NIGHTSHIFT_DATA: directory,
    });
    [url] = await server.printed(/^http\S+$/m);
    const machineKey = readFileSync(join(directory, 'key'), 'utf8').trim();
    callers = await makeCallers(store, { adminKey, machineKey });
    const definition = planDefinition.parse({ name: 'night', steps: [{ task: 'a' }, { task: 'b' }] });
    await registerPlan(store.db, everything, definition);
    for (const [path, json] of [
      ['/agents/runs', { plan: 'night', run_id: 'night-1' }],
      ['/agents/tasks/', { task: 'seo.validate', run_id: 'day-1', status: 'awaiting_approval' }],
    ] as const)
      expect((await send(url, path, { method: 'POST', key: adminKey, json })).status).toBe(201);
  });
  afterAll(async () => {
    await server.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(() => {
    // At this level it prints what failed within it, values that only the database refused as well.
    const printed = `${server.stdout()}${server.stderr()}`;
    expect(printed.slice(seen).trim()).toBe('');
  });
  beforeEach(() => {
    seen = server.stdout().length + server.stderr().length;
  });

  it('come from those whom the server takes them for', async () => {
    const found = new Map<string, string | undefined>();
    for (const [kind, caller] of callers) {
      const json = { query: '{ viewer { id } }' };
      const headers = { 'content-type': 'application/json', ...caller.headers };
      const body = JSON.stringify(json);
      const answer = await send(url, '/graphql', { method: 'POST', key: null, headers, body });
      const { data } = answer.json<{ data: { viewer: { id: string } } | null }>();
      found.set(kind, data?.viewer.id);
    }
    const expected = [...callers].map(([kind, { viewer }]) => [kind, viewer] as const);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  });

  it.each(routes)('are answered without a fault by %s', async (route) => {
    await fuzz(requestsOf(route), route);
  });

  it.each(fields)('are answered without a fault by %s', async (field) => {
    const answers = await fuzz(requestsOfField(field), field);
    // What is refused before it is executed would show nothing.
    expect(answers.some(({ text }) => !text.includes('GRAPHQL_VALIDATION_FAILED'))).toBe(true);
  });

  async function fuzz(requests: fc.Arbitrary<FuzzedRequest>, name: string): Promise<Answer[]> {
    const answers: Answer[] = [];
    const isStream = name.startsWith('Subscription.');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...callers.keys()), requests, async (kind, request) => {
        const caller = callers.get(kind);
        const headers = { ...request.headers, ...caller?.headers, ...signatureOf(request) };
        // Guesses beyond their limit would wait for each other.
        if (caller?.viewer === undefined) Object.assign(headers, guessElsewhere(kind));
        const { method, path, body } = request;
        const answer = isStream
          ? await begin(url, { headers, body })
          : await send(url, path, { method, headers, key: null, ...(body && { body }) });
        expectHarmless(answer, path);
        answers.push(answer);
      }),
      { numRuns },
    );
    return answers.slice(-numRuns);
  }
});

let guesses = 0;

/** Has each guess come from another network, and begin in another way. */
function guessElsewhere(kind: string): Record<string, string> {
  guesses += 1;
  const address = {
    'x-forwarded-for': `10.${(guesses >> 16) & 255}.${(guesses >> 8) & 255}.${guesses & 255}`,
  };
  return kind === 'a key that nobody has'
    ? { ...address, authorization: `Bearer ${makeKeyText()}` }
    : address;
}

/** Half of the events are signed as GitHub does. */
function signatureOf({ path, body }: FuzzedRequest): Record<string, string> {
  if (!path.startsWith('/webhooks/') || body === undefined || body.length % 2 === 1) return {};
  const signature = createHmac('sha256', githubSecret).update(body).digest('hex');
  return { 'x-hub-signature-256': `sha256=${signature}` };
}

/** Subscribes, and reads what comes first: an error, or the sign that the stream is open. */
async function begin(
  url: string,
  { headers, body }: Pick<FuzzedRequest, 'headers' | 'body'>,
): Promise<Answer> {
  const gone = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { ...headers, accept: 'text/event-stream' },
    ...(body && { body: new Uint8Array(body) }),
    signal: gone.signal,
  });
  const first = await response.body?.getReader().read();
  gone.abort();
  const text = Buffer.from(first?.value ?? []).toString();
  const whole = Buffer.from(text);
  return { status: response.status, headers: {}, body: whole, text, json: <T>() => JSON.parse(text) as T };
}

/** A line of a stack, a file of the server or of a package, or an error of PostgreSQL. */
const inner =
  /\n\s+at \S|node_modules|\.m?[jt]s:\d+|file:\/\/\/|"?(?:syntax error at or near|invalid byte sequence)/;

/** The pages of the documentation are a library of others. */
function expectHarmless({ status, text }: Answer, path: string): void {
  expect(status, text).toBeLessThan(500);
  expect(text).not.toContain(process.cwd());
  if (!path.startsWith('/docs')) expect(text).not.toMatch(inner);
}
