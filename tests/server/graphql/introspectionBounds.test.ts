import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../support/databases.ts';
import { serveGraphql } from '../../support/graphql.ts';

describe('What the schema tells of itself', () => {
  const graphql = serveGraphql(useDatabase('pglite'));
  const codeOf = async (query: string) => (await graphql.send(query)).body.errors?.[0]?.extensions.code;

  it('is told whole to whoever asks as tools do', async () => {
    const options = {
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
    };
    for (const query of [getIntrospectionQuery(), getIntrospectionQuery(options)])
      expect((await graphql.send(query)).body.data.__schema.types.length).toBeGreaterThan(50);
    expect(
      (await graphql.send('{ a: __typename b: __typename __type(name: "Task") { name } }')).body.data,
    ).toMatchObject({
      a: 'Query',
      __type: { name: 'Task' },
    });
  });

  it.each([
    ['the schema twice', '{ a: __schema { types { name } } b: __schema { types { name } } }'],
    ['a list twice', '{ __schema { a: types { name } b: types { name } } }'],
    [
      'a list twice by a fragment',
      '{ __schema { types { ...T } } } fragment T on __Type { a: fields { name } b: fields { name } }',
    ],
    ['a list twice of one type', '{ __type(name: "Task") { a: fields { name } b: fields { name } } }'],
    [
      'many types',
      `{ ${Array.from({ length: 6 }, (_, index) => `t${index}: __type(name: "Task") { name }`).join(' ')} }`,
    ],
  ])('is not told as often as it is asked for under other names: %s', async (_what, query) => {
    expect(await codeOf(query)).toBe('INTROSPECTION_TOO_LARGE');
  });
});
