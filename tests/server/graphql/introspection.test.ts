import { getIntrospectionQuery } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/databases.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';

/** Serves a database with introspection as it is set, until the end of the block of tests. */
function serveWith(setting: 'on' | 'off') {
  const database = useDatabase('postgres');
  let server: RunningServer;
  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', INTROSPECTION: setting });
    server = await startServer({ ...config, database: database.config() });
    return () => server.close();
  });
  const ask = async (json: object, headers: Record<string, string> = {}) => {
    const answer = await send(server.url, '/graphql', { method: 'POST', json, headers });
    return { ...answer, errors: errorsIn(answer.text) };
  };
  return { server: () => server, ask };
}

interface ToldError {
  message: string;
  extensions?: { code?: string };
}

function errorsIn(text: string): ToldError[] {
  const json = /^(?:event: next\ndata: )?(\{.*\})/m.exec(text)?.[1];
  return json === undefined ? [] : (JSON.parse(json).errors ?? []);
}

const wholeSchema = getIntrospectionQuery();
const ways: [way: string, body: { query: string; variables?: object; operationName?: string }][] = [
  ['as GraphiQL does', { query: wholeSchema, operationName: 'IntrospectionQuery' }],
  ['for one type', { query: '{ __type(name: "Task") { fields { name } } }' }],
  ['under another name', { query: '{ viewer: __schema { types { name } } }' }],
  ['beside something else', { query: '{ viewer { id } __schema { queryType { name } } }' }],
  ['in a fragment', { query: 'query { ...A } fragment A on Query { __schema { types { name } } }' }],
  [
    'in a fragment of a fragment',
    { query: '{ ...A } fragment A on Query { ...B } fragment B on Query { __type(name: "Run") { name } }' },
  ],
  ['in a fragment without a name', { query: '{ ... on Query { ... { __schema { types { name } } } } }' }],
  [
    'in one of several operations',
    { query: 'query A { viewer { id } } query B { __schema { types { name } } }', operationName: 'B' },
  ],
  [
    'where a variable leaves it out',
    {
      query: 'query ($no: Boolean!) { viewer { id } __schema @include(if: $no) { types { name } } }',
      variables: { no: true },
    },
  ],
];

describe('Where introspection is switched off, the schema', () => {
  const { server, ask } = serveWith('off');

  it.each(ways)('is not told to who asks %s, however often', async (_way, body) => {
    for (const accept of ['application/json', 'text/event-stream', 'application/graphql-response+json']) {
      for (let round = 0; round < 4; round += 1) {
        const { errors, text } = await ask(body, { accept });
        expect(errors[0]?.extensions?.code).toBe('INTROSPECTION_OFF');
        expect(errors[0]?.message).toContain('INTROSPECTION=off');
        expect(text).not.toMatch(/"data"|"fields"|"queryType"/);
      }
    }
  });

  it('is not told to a GET, nor to who has no key', async () => {
    const path = `/graphql?query=${encodeURIComponent('{ __schema { types { name } } }')}`;
    const got = await send(server().url, path, { headers: { 'x-graphql-yoga-csrf': '1' } });
    expect([got.status, errorsIn(got.text)[0]?.extensions?.code]).toEqual([200, 'INTROSPECTION_OFF']);
    const json = { query: wholeSchema };
    const open = await send(server().url, '/graphql', { method: 'POST', key: null, json });
    expect(errorsIn(open.text)[0]?.extensions?.code).toBe('INTROSPECTION_OFF');
  });

  it('is needed neither for the names of types nor by the client', async () => {
    const { text } = await ask({ query: '{ __typename viewer { kind: __typename } }' });
    expect(JSON.parse(text)).toEqual({ data: { __typename: 'Query', viewer: { kind: 'Viewer' } } });
    const client = createClient({ url: server().url, apiKey: server().key });
    const made = await client.createTask({ task: 't', runId: 'r', status: 'RUNNING' });
    expect(made.__typename).toBe('Task');
  });
});

const variable = 'query ($filter: TaskFilter) { tasks(filter: $filter) { totalCount } }';
const slips: [what: string, body: { query: string; variables?: object }][] = [
  ['a field', { query: '{ view { id } }' }],
  ['a field of a member of a union', { query: 'mutation { approveTask(input: {}) { databaseId } }' }],
  ['an argument', { query: '{ tasks(frist: 1) { totalCount } }' }],
  ['an argument of a directive', { query: '{ viewer @skip(iff: true) { id } }' }],
  ['a type', { query: '{ node(id: "x") { ... on Taks { id } } }' }],
  ['the type of a variable', { query: 'query ($a: TaskFiler) { tasks(filter: $a) { totalCount } }' }],
  ['a field of an input', { query: '{ tasks(filter: { statsu: [FAILED] }) { totalCount } }' }],
  ['a value of an enum', { query: '{ tasks(filter: { status: [FALED] }) { totalCount } }' }],
  ['the quotes of an enum', { query: '{ tasks(filter: { status: ["FAILED"] }) { totalCount } }' }],
  ['the fields of an object', { query: '{ viewer }' }],
  ['a field of a variable', { query: variable, variables: { filter: { statsu: ['FAILED'] } } }],
  ['a value in a variable', { query: variable, variables: { filter: { status: ['FALED'] } } }],
];

describe('Suggestions', () => {
  const on = serveWith('on');
  const off = serveWith('off');

  it.each(slips)('for %s are made only where introspection is on', async (_what, body) => {
    // An operation that came often is compiled, and words what is wrong with a variable in another place.
    const warm = { query: body.query, variables: {} };
    for (let round = 0; round < 4; round += 1) {
      const [open, closed] = [await on.ask(body), await off.ask(body)];
      expect(open.errors[0]?.message).toContain('Did you mean');
      expect(closed.errors).not.toEqual([]);
      expect(closed.text).not.toContain('Did you mean');
      expect(closed.errors.map(({ message }) => message)).toEqual(
        open.errors.map(({ message }) => message.replace(/ Did you mean .*/, '')),
      );
      expect(closed.errors.map(({ extensions }) => extensions)).toEqual(
        open.errors.map(({ extensions }) => extensions),
      );
      if (body.variables) await off.ask(warm);
    }
  });
});

describeInBrowser('GraphiQL without introspection', (open) => {
  const { server, ask } = serveWith('off');

  it('says why it shows no schema, and asks all the same', async () => {
    await ask({
      query: 'mutation { createTask(input: { task: "seen", runId: "r", status: QUEUED }) { __typename } }',
    });
    const { page } = await open(`${server().url}/graphql`);
    await page.getByText('Introspection is switched off on this server').first().waitFor();
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.locator('.result-window .view-line').filter({ hasText: 'seen' }).first().waitFor();
  });
});
