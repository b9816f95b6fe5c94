import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { describeOnEither, useDatabase } from '../../support/databases.ts';
import { type Answer, read, serveGraphql } from '../../support/graphql.ts';

const json = { 'content-type': 'application/json' };
const nested = (levels: number, inner = 'id') =>
  `${'{ runs { nodes { tasks { nodes { run '.repeat(levels)}{ ${inner} }${' } } } } }'.repeat(levels)}`;

describeOnEither('An attack on GraphQL', (database) => {
  const graphql = serveGraphql(database);

  afterEach(async () => {
    expect(graphql.logged).toEqual([]);
    const { body } = await graphql.send('{ tasks { totalCount } }');
    expect(body.data.tasks.totalCount).toBe(0);
  });

  const mutation = 'mutation { createTask(input: { task: "t", runId: "r", status: QUEUED }) { __typename } }';
  const queries: [name: string, query: string][] = [
    ['brackets that overflow a parser', '['.repeat(100_000)],
    ['brackets just under the limit of tokens', `{ tasks(first: ${'['.repeat(990)}`],
    ['deep nesting', '{ a '.repeat(5000)],
    ['two connections nested in a circle', nested(5)],
    [
      'ten thousand aliases',
      `{ ${Array.from({ length: 10_000 }, (_, index) => `a${index}: viewer { id }`).join(' ')} }`,
    ],
    [
      'forty aliases',
      `{ ${Array.from({ length: 40 }, (_, index) => `a${index}: viewer { id }`).join(' ')} }`,
    ],
    ['ten thousand directives', `{ viewer { id ${'@skip(if: false) '.repeat(10_000)} } }`],
    ['sixty directives', `{ viewer { id ${'@skip(if: false) '.repeat(60)} } }`],
    ['a megabyte of spaces and words', `{ viewer { ${'id '.repeat(350_000)} } }`],
    [
      'fragments in a circle',
      'fragment A on Viewer { ...B } fragment B on Viewer { ...A } { viewer { ...A } }',
    ],
    [
      'introspection in a circle',
      `{ __schema { types { ${'fields { type { '.repeat(12)} name ${'} } '.repeat(12)} } } }`,
    ],
    ['a NUL in the document', '{ viewer { id\0 } }'],
    ['an empty document', ''],
    ['two operations without a name', '{ viewer { id } } { viewer { id } }'],
  ];

  it.each(queries)('with %s is answered with an error, and without a stack', async (_name, query) => {
    const answer = await graphql.send(query, {}, { accept: 'application/graphql-response+json' });
    expectRefusal(answer);
  });

  it.each([
    ['plansOnRecord', '{ plansOnRecord(hashes: ["a\\u0000b"]) }'],
    ['revokeKey', 'mutation { revokeKey(input: { key: "a\\u0000b" }) { __typename } }'],
    [
      'finishAttempt',
      'mutation { finishAttempt(input: { leaseId: "x", ending: SIGNAL, durationMs: 1, signal: "\\u0000" }) { __typename } }',
    ],
  ])(
    'with text that the database cannot hold is refused by %s before it gets there',
    async (field, query) => {
      const { body } = await graphql.send(query);
      expect(JSON.stringify(body)).toMatch(/NUL|InvalidInputError/);
      expect(body.errors?.[0]?.extensions?.code ?? 'BAD_USER_INPUT', field).toBe('BAD_USER_INPUT');
    },
  );

  const bodies: [name: string, body: BodyInit, headers: Record<string, string>][] = [
    ['a form', new URLSearchParams({ query: mutation }), {}],
    ['multipart', multipart(), {}],
    ['plain text', JSON.stringify({ query: mutation }), { 'content-type': 'text/plain' }],
    ['GraphQL text', mutation, { 'content-type': 'application/graphql' }],
    ['no content type', new Blob([JSON.stringify({ query: mutation })]), {}],
    [
      'a type that begins like JSON',
      JSON.stringify({ query: mutation }),
      { 'content-type': 'application/jsonx' },
    ],
    ['invalid UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), json],
    ['what is no JSON', '{"query": ', json],
    ['an array of operations', JSON.stringify([{ query: mutation }, { query: mutation }]), json],
    ['null', 'null', json],
    ['a number', '1e999', json],
    ['deeply nested JSON', '['.repeat(1_000_000), json],
    ['a query that is no text', JSON.stringify({ query: { a: 1 } }), json],
    ['variables that are an array', JSON.stringify({ query: '{ viewer { id } }', variables: [] }), json],
    ['unknown parameters', JSON.stringify({ query: '{ viewer { id } }', other: 1 }), json],
    ['a compressed body', 'x', { ...json, 'content-encoding': 'gzip' }],
    ['a body over the limit', JSON.stringify({ query: 'x'.repeat(8_000_001) }), json],
  ];

  it.each(bodies)('with %s is refused and changes nothing', async (_name, body, headers) => {
    expectRefusal(await graphql.post(body, headers));
  });

  it('with a body over the limit that does not say its size is cut off', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(100_000));
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += chunk.length;
        if (sent > 30_000_000) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const answer = await fetch(graphql.url(), {
      method: 'POST',
      body,
      headers: json,
      duplex: 'half',
    } as RequestInit).then(read, () => 'cut off');
    if (answer !== 'cut off') expect((answer as Answer).status).toBe(413);
    expect(sent).toBeLessThan(30_000_000);
  });

  it('with a body that ends early leaves nothing behind', async () => {
    const { port, hostname } = new URL(graphql.url());
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"query":',
    );
    socket.end();
    socket.resume();
    await once(socket, 'close');
  });

  it('with GET cannot mutate, and cannot read without a header that asks first', async () => {
    const get = (query: string, headers = {}) =>
      fetch(`${graphql.url()}?query=${encodeURIComponent(query)}`, { headers }).then(read);
    const asked = { 'x-graphql-yoga-csrf': '1' };
    expect((await get(mutation, asked)).status).toBe(405);
    expect((await get('{ viewer { id } }')).status).toBe(403);
    expect((await get('{ viewer { id } }', asked)).body.data.viewer.id).toBe('local');
  });

  it.each([100, 5000, 300_000])('with inputs of %i levels is a refusal of the field', async (levels) => {
    const query =
      'mutation ($i: JSON) { createTask(input: { task: "t", runId: "r", status: QUEUED, inputs: $i }) { __typename } }';
    const deep = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    for (let round = 0; round < 5; round += 1) {
      const { body, text } = await graphql.post(
        `{"query":${JSON.stringify(query.replaceAll('\\', ''))},"variables":{"i":${deep}}}`,
        json,
      );
      expect(text).toMatch(/"InvalidInputError"|"BAD_USER_INPUT"/);
      expect(body.data?.createTask.__typename ?? 'InvalidInputError').toBe('InvalidInputError');
    }
  });

  it('with variables that are strange or wrong is a refusal of the field', async () => {
    const query =
      'mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename ... on InvalidInputError { issues { path } } } }';
    const base = { task: 't', runId: 'r', status: 'QUEUED' };
    for (const input of [
      { ...base, task: 'a\0' },
      { ...base, runId: '\ud800' },
      { ...base, inputs: { a: '\0' } },
      { ...base, outputsUri: 'x'.repeat(513) },
    ]) {
      const { body } = await graphql.send(query, { input });
      expect(body.data.createTask.__typename).toBe('InvalidInputError');
    }
    for (const input of [
      { ...base, status: 'queued' },
      { ...base, startedAt: 'yesterday' },
      { ...base, durationMs: 1.5 },
      { ...base, id: 1 },
      [],
      null,
      'x',
    ]) {
      const { body, status } = await graphql.send(
        query,
        { input },
        { accept: 'application/graphql-response+json' },
      );
      expect(status).toBe(400);
      expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    }
  });
});

describeOnEither('GraphQL over HTTP', (database) => {
  const graphql = serveGraphql(database);

  it('takes a log excerpt of 1 MB, emoji, NUL characters and lone surrogates included', async () => {
    const logExcerpt = `${'🦉'.repeat(250_000)}\0\ud800`;
    const query =
      'mutation ($input: CreateTaskInput!) { createTask(input: $input) { ... on Task { logExcerpt } } }';
    const { body } = await graphql.send(query, {
      input: { task: 't', runId: 'r', status: 'QUEUED', logExcerpt },
    });
    expect(body.data.createTask.logExcerpt).toMatch(
      /^🦉{4000,}\n\[nightshift\] \d+ bytes were left out here\n🦉{12000,}\ufffd$/u,
    );
  });

  it('lets GraphiQL read the whole schema, descriptions of everything included', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const { body } = await graphql.send(
      getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }),
    );
    const own: Described[] = body.data.__schema.types.filter(
      (type: Described) => !type.name.startsWith('__'),
    );
    expect(own.flatMap((type) => bareNames(type))).toEqual([]);
  });

  it('answers the largest page with every field, sizes written out', async () => {
    const all =
      'id databaseId task runId status startedAt finishedAt durationMs inputs outputsUri logExcerpt approvalState approver approvalNote webhookNotifiedAt webhookError createdAt run { runId counts { total } }';
    const { body } = await graphql.send(
      `{ tasks(first: 200) { edges { cursor node { ${all} } } } runs(first: 50) { nodes { tasks(first: 50) { nodes { id status } } } } }`,
    );
    expect(body.errors).toBe(undefined);
  });

  it('gives a browser GraphiQL, which loads nothing from elsewhere and cannot be framed', async () => {
    const response = await fetch(graphql.url(), { headers: { accept: 'text/html' } });
    const html = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect(html).not.toMatch(/<(script|link)[^>]+(src|href)="?https?:/);
    expect(html).toContain('LatestTasks');
  });

  it('has examples in GraphiQL that all fit the schema', async () => {
    const { parse, validate } = await import('graphql');
    const { buildSchema } = await import('../../../schema/index.ts');
    const { exampleTabs } = await import('../../../server/graphql/examples.ts');
    const schema = buildSchema();
    for (const { query } of exampleTabs) expect(validate(schema, parse(query))).toEqual([]);
  });

  it('masks what goes wrong here, and logs it under the id that the answer names', async () => {
    await database.db().query({ text: 'ALTER TABLE agents_tasks RENAME TO gone' });
    const { status, body, text } = await graphql.send('{ tasks { nodes { id } } }');
    await database.db().query({ text: 'ALTER TABLE gone RENAME TO agents_tasks' });
    expect(status).toBe(500);
    const [{ message, extensions }] = body.errors;
    expect(extensions).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(message).toContain(extensions.requestId);
    expect(text).not.toMatch(/agents_tasks|relation|\.ts:|node_modules/);
    expect(graphql.logged.at(-1)?.details).toMatchObject({
      requestId: extensions.requestId,
      err: expect.any(Error),
    });
  });
});

describe('GraphQL without its database', () => {
  const database = useDatabase('postgres');
  const graphql = serveGraphql(database);

  it('answers 503 and when to come back', async () => {
    await database.db().close();
    const { status, headers, body } = await graphql.send('{ tasks { nodes { id } } }');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('2');
    expect(body.errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
  });
});

interface Described {
  name: string;
  description: string | null;
  fields?: Described[] | null;
  inputFields?: Described[] | null;
  enumValues?: Described[] | null;
  args?: Described[];
}

/** The names of everything in a type that has no description. */
function bareNames(item: Described, within = ''): string[] {
  const name = `${within}${item.name}`;
  const parts = [item.fields, item.inputFields, item.enumValues, item.args].flatMap((list) => list ?? []);
  return [...(item.description ? [] : [name]), ...parts.flatMap((part) => bareNames(part, `${name}.`))];
}

function multipart(): FormData {
  const form = new FormData();
  form.set(
    'operations',
    '{"query":"mutation { pruneTasks(input: { before: \\"2030-01-01\\" }) { deleted } }"}',
  );
  form.set('map', '{}');
  return form;
}

function expectRefusal({ status, text, body }: Answer): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(text.length).toBeLessThan(20_000);
  expect(text).not.toMatch(/node_modules|\.ts:\d|\.js:\d|at [A-Za-z.]+ \(/);
  if (text !== '') expect(body.errors[0].message).not.toBe('');
}
