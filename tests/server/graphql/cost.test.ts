import { expect, it } from 'vitest';
import { costHeader } from '../../../contract/protocol.ts';
import { operationLimits } from '../../../server/graphql/limits.ts';
import { describeOnEither } from '../../support/databases.ts';
import { serveGraphql } from '../../support/graphql.ts';

const asked = { [costHeader]: '1' };
const page = (first: number) => `query { tasks(first: ${first}) { nodes { id status } } }`;

describeOnEither('The cost of a GraphQL operation', (database) => {
  const graphql = serveGraphql(database);
  const costOf = async (query: string, variables = {}, headers: Record<string, string> = asked) =>
    (await graphql.send(query, variables, headers)).body.extensions?.cost;

  it.each([
    ['{ viewer { id } }', 4],
    ['{ viewer { id scopes } }', 5],
    ['{ viewer { id } other: viewer { id } }', 7],
    [page(1), 10],
    [page(20), 190],
    ['{ tasks(first: 20) { ...page } } fragment page on TaskConnection { nodes { id status } }', 498],
    ['mutation { approveTask(input: { task: { databaseId: 7 } }) { __typename } }', 4],
    ['{ __typename }', 1],
  ])('is told to who asks for it: %s', async (query, requested) => {
    const { body } = await graphql.send(query, {}, asked);
    expect(body.extensions).toEqual({ cost: { requested, limit: operationLimits.cost } });
    expect(body.data).toEqual((await graphql.send(query)).body.data);
  });

  it('is the same, however often it is asked for, and in whatever type', async () => {
    for (let round = 0; round < 5; round += 1) {
      expect(await costOf(page(20))).toEqual({ requested: 190, limit: operationLimits.cost });
      expect((await graphql.send(page(20))).body).not.toHaveProperty('extensions');
    }
    const accept = 'application/graphql-response+json';
    expect(await costOf(page(20), {}, { ...asked, accept })).toMatchObject({ requested: 190 });
    const { text } = await graphql.send(page(20), {}, { ...asked, accept: 'text/event-stream' });
    expect(text).toContain('"cost":{"requested":190,');
  });

  it('is that of the operation that is executed, of several in one text', async () => {
    const query = 'query Small { viewer { id } } query Large { tasks(first: 20) { nodes { id status } } }';
    for (const [operationName, requested] of [
      ['Large', 190],
      ['Small', 4],
      ['Large', 190],
    ]) {
      const text = JSON.stringify({ query, operationName });
      const { body } = await graphql.post(text, { 'content-type': 'application/json', ...asked });
      expect(body.extensions.cost.requested).toBe(requested);
    }
  });

  it('does not depend on variables', async () => {
    const query = 'query ($first: Int) { tasks(first: $first) { nodes { id status } } }';
    for (const first of [1, 100, 200])
      expect(await costOf(query, { first })).toMatchObject({ requested: 10 });
  });

  it('stands beside the errors of what was executed', async () => {
    const { body } = await graphql.send('{ tasks(first: 500) { totalCount } }', {}, asked);
    expect(body.errors).toHaveLength(1);
    expect(body.extensions.cost.requested).toBeGreaterThan(0);
  });

  it('is not told where nobody asks, or nothing was executed', async () => {
    const silent: Record<string, string>[] = [{}, { [costHeader]: '0' }, { [costHeader]: '' }];
    for (const headers of silent)
      expect((await graphql.send(page(20), {}, headers)).text).not.toContain('cost');
    expect((await graphql.send('{ none }', {}, asked)).body).not.toHaveProperty('extensions');
  });

  it('reaches the limit where an operation is refused, which says what it would have cost', async () => {
    const nested = (first: number) =>
      `{ runs(first: ${first}) { nodes { tasks(first: 100) { nodes { id status } } } } }`;
    const passes = await costOf(nested(40));
    expect(passes.requested).toBeLessThanOrEqual(operationLimits.cost);
    const { status, body } = await graphql.send(nested(200));
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([
      {
        extensions: {
          code: 'QUERY_TOO_EXPENSIVE',
          cost: { requested: passes.requested * 5, limit: operationLimits.cost },
        },
      },
    ]);
  });
});
