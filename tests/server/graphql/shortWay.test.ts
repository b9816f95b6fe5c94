import { expect, it } from 'vitest';
import { describeOnEither } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

describeOnEither('An operation that came before', (database) => {
  const graphql = serveGraphql(database);

  it.each([
    undefined,
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'application/graphql-response+json, application/json',
    'application/json, application/graphql-response+json;q=0.9',
    'text/html',
  ])('is answered in the type that it was answered in at first, where %s is accepted', async (accept) => {
    const answers = [];
    for (let round = 0; round < 5; round += 1)
      answers.push(await graphql.send('query Same { viewer { id } }', {}, accept ? { accept } : {}));
    const [first, ...later] = answers;
    for (const answer of later) {
      expect(answer.status).toBe(first?.status);
      expect(answer.text).toBe(first?.text);
      expect(answer.headers.get('content-type')).toBe(first?.headers.get('content-type'));
    }
  });

  it('is executed once, also where it fails when a part of it was done', async () => {
    graphql.viewer = { ...everything, identified: true, scopes: new Set(['read', 'report']) };
    const mutation = `mutation Half($runId: String!) {
      made: createTask(input: { task: "t", runId: $runId, status: QUEUED }) { __typename }
      decided: approveTask(input: { databaseId: 1 }) { __typename }
    }`;
    const answers = [];
    for (let round = 0; round < 6; round += 1)
      answers.push(await graphql.send(mutation, { runId: `half-${round}` }));
    for (const { status, body } of answers) {
      expect(status).toBe(403);
      expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' }, path: ['decided'] }]);
    }
    graphql.viewer = everything;
    const { body } = await graphql.send('{ tasks { nodes { runId } } }');
    const made = body.data.tasks.nodes.map(({ runId }: { runId: string }) => runId).sort();
    expect(made).toEqual(Array.from({ length: 6 }, (_, round) => `half-${round}`));
  });

  it('is refused for what it was refused for at first', async () => {
    const query = 'query Named($first: Int) { tasks(first: $first) { nodes { id } } }';
    for (let round = 0; round < 4; round += 1) await graphql.send(query, { first: 1 });
    const post = (body: object) =>
      graphql.post(JSON.stringify({ query, ...body }), { 'content-type': 'application/json' });
    const refused: [body: object, code: string][] = [
      [{ variables: { first: 'many' } }, 'BAD_USER_INPUT'],
      [{ variables: [] }, 'BAD_REQUEST'],
      [{ other: 1 }, 'BAD_REQUEST'],
      [{ operationName: 'Other' }, 'OPERATION_RESOLUTION_FAILURE'],
    ];
    for (const [body, code] of refused) {
      const answer = await post(body);
      expect(answer.body.errors[0].extensions.code).toBe(code);
    }
    graphql.viewer = { ...everything, identified: false, scopes: new Set() };
    const { status } = await post({ variables: { first: 1 } });
    expect(status).toBe(401);
    graphql.viewer = everything;
  });

  it('that breaks tells its caller nothing but where to look in the log', async () => {
    const query = 'query Broken { runs { nodes { runId } } }';
    for (let round = 0; round < 4; round += 1) await graphql.send(query);
    graphql.viewer = () => {
      throw new Error('a secret');
    };
    const { status, text, body } = await graphql.send(query);
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
    expect(body.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(graphql.logged.at(-1)?.message).toBe('A GraphQL request failed');
    graphql.viewer = everything;
  });
});
