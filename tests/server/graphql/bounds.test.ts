import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ByteCache } from '../../../contract/byteCache.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

describe('A cache that is bounded by bytes', () => {
  it('forgets what was used longest ago, and keeps nothing that is larger than itself', () => {
    const cache = new ByteCache<number>(10);
    cache.set('a', 1, 4);
    cache.set('b', 2, 4);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3, 4);
    expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.bytes]).toEqual([1, undefined, 3, 8]);
    cache.set('d', 4, 11);
    expect([cache.get('d'), cache.get('a')]).toEqual([undefined, 1]);
    cache.set('a', 5, 6);
    expect([cache.get('a'), cache.get('c'), cache.bytes]).toEqual([5, 3, 10]);
  });
});

describeOnEither('GraphQL before it is known who asks', (database) => {
  const compiled: string[] = [];
  const graphql = serveGraphql(database, [], { perMinute: 3, onCompile: (name) => compiled.push(name) });
  beforeEach(() => void compiled.splice(0));
  afterEach(() => {
    graphql.viewer = everything;
  });

  it('reads a query of at most 32 KB, and says that values belong into variables', async () => {
    const query = (length: number) => `{ viewer { id } } #${'é'.repeat((length - 19) / 2)}`;
    expect(Buffer.byteLength(query(32_769))).toBe(32_769);
    expect((await graphql.send(query(32_767))).status).toBe(200);
    const { status, body } = await graphql.send(query(32_769));
    expect(status).toBe(413);
    expect(body.errors[0]).toMatchObject({
      message: 'The query: expected at most 32768 bytes, got 32769. Pass values as variables.',
      extensions: { code: 'BAD_REQUEST' },
    });
    const named = JSON.stringify({ query: '{ viewer { id } }', operationName: 'x'.repeat(201) });
    expect((await graphql.post(named, { 'content-type': 'application/json' })).status).toBe(413);
  });

  it('reads bodies of 64 KB from callers without a scope', async () => {
    graphql.viewer = { ...everything, scopes: new Set() };
    const { status, body } = await graphql.send('{ viewer { id } }', { x: 'x'.repeat(70_000) });
    expect([status, body.errors[0].message]).toEqual([
      413,
      'The body is larger than 65536 bytes. Send a key to use larger ones.',
    ]);
    expect((await graphql.send('{ viewer { id } }', { x: 'x'.repeat(60_000) })).status).toBe(200);
  });

  it.each([
    [
      'QUERY_TOO_EXPENSIVE',
      '{ runs(first: 200) { nodes { tasks(first: 200) { nodes { id task status } } } } }',
    ],
    ['QUERY_TOO_DEEP', `{ runs ${'{ nodes { tasks { nodes { run '.repeat(3)}{ id }${' } } } }'.repeat(3)} }`],
    [
      'TOO_MANY_ALIASES',
      `{ ${Array.from({ length: 31 }, (_, index) => `a${index}: viewer { id }`).join(' ')} }`,
    ],
    ['TOO_MANY_DIRECTIVES', `{ viewer { id ${'@skip(if: false) '.repeat(51)} } }`],
    ['TOO_MANY_TOKENS', `{ viewer { ${'id '.repeat(1001)} } }`],
    ['TOO_MANY_MUTATIONS', `mutation { ${'cancelRun(input: { runId: "r" }) { __typename } '.repeat(6)} }`],
    ['GRAPHQL_PARSE_FAILED', '{ viewer {'],
    ['GRAPHQL_VALIDATION_FAILED', '{ nothing }'],
  ])('tells %s from the other refusals, in a sentence that says what to do', async (code, query) => {
    const { status, body } = await graphql.send(query, {}, { accept: 'application/graphql-response+json' });
    expect([status, body.errors[0].extensions.code]).toEqual([400, code]);
    expect(body.errors[0].message.startsWith('Syntax Error')).toBe(code === 'GRAPHQL_PARSE_FAILED');
  });

  it('compiles nothing for callers without a scope, so many documents a minute for others, and no made-up names', async () => {
    graphql.viewer = { ...everything, scopes: new Set() };
    for (let round = 0; round < 5; round += 1) await graphql.send('query Stranger { viewer { id } }');
    expect(compiled).toEqual([]);
    graphql.viewer = everything;
    for (let round = 0; round < 5; round += 1)
      for (const name of ['A', 'B', 'C', 'D']) {
        const { body } = await graphql.send(`query ${name} { viewer { id } tasks { nodes { id } } }`);
        expect(body.errors).toBe(undefined);
      }
    expect(compiled).toHaveLength(3);
  });
});
