import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { inheritedKeys, inheritedNames } from '../../support/inheritedNames.ts';
import { type Answer, empty, post, type Sent, serve, type TaskJson, type TestServer } from '../serve.ts';

const routes = [
  '/agents/tasks',
  '/agents/tasks/',
  '/agents/tasks/1',
  '/agents/tasks/paged',
  '/agents/tasks/paged.csv',
  '/agents/tasks/1/approve',
  '/agents/tasks/1/reject/',
  '/agents/tasks/1/cancel',
  '/agents/tasks/before',
  '/agents/tasks/1/retry',
  '/agents/runs',
  '/agents/runs/',
  '/agents/runs/nightly-1',
  '/agents/runs/night-1/cancel',
  '/agents/runs/night-1/retry/',
  '/webhooks/github',
  '/metrics',
  '/ready',
  '/',
  '/openapi.json',
  '/docs',
];
const odd = [
  '',
  '\0',
  '\ud800',
  '🦉',
  '-1',
  '2147483648',
  '1e999',
  'NaN',
  'null',
  '%',
  "'",
  '=',
  '0001-01-01',
  '9999-12-31T23:59:59.999Z',
];
const fields = [
  'task',
  'run_id',
  'status',
  'started_at',
  'finished_at',
  'duration_ms',
  'inputs',
  'outputs_uri',
  'log_excerpt',
  'approval_state',
  'approver',
  'approval_note',
  'webhook_notified_at',
  'note',
  'plan',
  'steps',
  'mode',
  'from',
  'id',
  ...inheritedNames,
];
const words = [
  ...odd,
  ...inheritedNames,
  'running',
  'failed',
  'awaiting_approval',
  'approved',
  'pending',
  'seo.validate',
  'night',
  'all',
  'night-1',
  '2025-01-15T02:30:00Z',
];
const queryFields = [
  'limit',
  'since',
  'cursor',
  'status',
  'task',
  'run_id',
  'columns',
  'date',
  'note',
  'x[]',
  ...inheritedNames,
];

const word = fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 80 }));
const value = fc.oneof(word, fc.jsonValue(), fc.double(), fc.integer(), fc.constant(null));
const body = fc.oneof(
  fc.dictionary(fc.constantFrom(...fields), value).map((object) => Buffer.from(JSON.stringify(object))),
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(...queryFields),
      fc.oneof(word.map(encode), fc.constantFrom('%', '%ff', '%00', '%C3(')),
    ),
  )
  .map((pairs) => pairs.map(([name, text]) => `${name}=${text}`).join('&'));
const path = fc.oneof(
  fc.constantFrom(...routes),
  word.map((text) => `/agents/tasks/${encode(text)}`),
  word.map((text) => `/agents/runs/${encode(text)}`),
  word.map((text) => `/agents/runs/${encode(text)}/retry`),
  fc.webPath().map((text) => `/${text.replace(/^\/+/, '')}`),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'x-admin-key',
    'x-user-email',
    'x-user-role',
    'authorization',
    'idempotency-key',
    'accept',
    'cookie',
    'x-forwarded-for',
    'range',
    'if-none-match',
    'content-encoding',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
);
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD', 'OPTIONS'),
  path,
  query,
  headers,
  type: fc.constantFrom('application/json', 'application/json', 'text/plain', undefined),
  body: fc.option(body, { nil: undefined }),
});

/** Among odd requests are hundreds of wrong keys, which would soon be too many. */
const unlimited = { wrongKeys: { max: Number.POSITIVE_INFINITY } };

describeOnBoth('any request at all', (database) => {
  let server: TestServer;
  let keyed: TestServer;
  beforeAll(async () => {
    server = await serve(database.db(), {}, unlimited);
    keyed = await serve(database.db(), { adminApiKey: 'a-key-of-sixteen-characters' }, unlimited);
  });

  it('names runs and tasks as what every object inherits, and reads them by these names', async () => {
    await empty(database.db());
    for (const name of inheritedNames) {
      const inputs = inheritedKeys.includes(name) ? { [name]: 1 } : { key: 1 };
      const made = await post(server, { task: name, run_id: name, inputs });
      expect(made).toMatchObject({ task: name, run_id: name });
      const { items } = (await server.send(`/agents/tasks/paged?run_id=${name}&task=${name}`)).json<{
        items: TaskJson[];
      }>();
      expect(items).toEqual([made]);
      expect(items[0]?.inputs).toEqual(inputs);
    }
    expect(server.logged.filter((line) => !line.includes('A request had a wrong key'))).toEqual([]);
  });

  it('is never answered with a 5xx, a stack, or HTML where none was asked for; a refused one changes nothing', async () => {
    await empty(database.db());
    await post(server, { status: 'awaiting_approval', started_at: '2025-01-01T00:00:00Z' });
    const definition = planDefinition.parse({ name: 'night', steps: [{ task: 'a' }, { task: 'b' }] });
    await registerPlan(database.db(), everything, definition);
    const run = await server.send('/agents/runs', {
      method: 'POST',
      json: { plan: 'night', run_id: 'night-1' },
    });
    expect(run.status).toBe(201);
    const all = async () => (await server.send('/agents/tasks/?limit=1000')).json<TaskJson[]>();
    let before = await all();
    await fc.assert(
      fc.asyncProperty(request, fc.boolean(), async ({ type, ...given }, withKey) => {
        const sent: Sent = { method: given.method, body: given.body, headers: { ...given.headers } };
        if (type !== undefined && given.body !== undefined)
          sent.headers = { ...sent.headers, 'content-type': type };
        const answer = await (withKey ? keyed : server).send(`${given.path}?${given.query}`, sent);
        expectHarmless(answer, /^\/a(\/|$)/.test(given.path));
        if (given.method === 'GET' && answer.status < 400) return;
        const after = await all();
        if (answer.status >= 400) expect(after).toEqual(before);
        before = after;
      }),
      { numRuns: sized({ short: 200, full: 400 }) },
    );
    expect(server.logged.filter((line) => !line.includes('A request had a wrong key'))).toEqual([]);
  });
});

/** A link for people answers with a page, whatever it is asked. */
function expectHarmless(answer: Answer, isLink: boolean): void {
  expect(answer.status, answer.text).toBeLessThan(500);
  expect(answer.text).not.toMatch(/node_modules|\.ts:\d+/);
  if (answer.status < 400 || answer.text === '' || isLink) return;
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.json()).toHaveProperty('detail');
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
