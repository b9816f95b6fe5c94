import { beforeEach, expect, it } from 'vitest';
import { createTask } from '../../../domain/reporting/create.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

const fields = `deliveryId kind channel recipient runId state dueAt deliveredAt error createdAt
  task { databaseId } tries { number beganAt endedAt statusCode error }`;

describeOnEither('Deliveries, in GraphQL,', (database) => {
  const channels = [{ name: 'slack', recipient: null } as const];
  const store = storeOf(database, channels);
  const graphql = serveGraphql(database, channels);
  beforeEach(async () => {
    await database.truncate();
    graphql.viewer = everything;
    for (const task of ['a', 'b', 'c'])
      await createTask(store, everything, { task, runId: 'r', status: 'awaiting_approval' });
    await database.db().query({
      text: `UPDATE deliveries SET created_at = now() - task_id * interval '1 minute',
        state = CASE WHEN task_id = 2 THEN 'failed' ELSE 'pending' END`,
    });
    await database.db().query({
      text: `INSERT INTO delivery_tries (delivery_id, number, began_at, status_code, error)
        SELECT id, number, now(), 503, 'answered 503' FROM deliveries, generate_series(1, 2) AS number WHERE task_id = 2`,
    });
  });

  const idsOf = (nodes: { task: { databaseId: number } }[]) => nodes.map(({ task }) => task.databaseId);

  it('are listed latest first, a page at a time, in some states or all', async () => {
    const query = `query ($after: String, $state: [DeliveryState!]) {
      deliveries(first: 2, after: $after, state: $state) { totalCount nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`;
    const { body } = await graphql.send(query);
    expect(body.errors).toBeUndefined();
    const { nodes, pageInfo, totalCount } = body.data.deliveries;
    expect([idsOf(nodes), pageInfo.hasNextPage, totalCount]).toEqual([[1, 2], true, 3]);
    expect(nodes[1]).toMatchObject({
      kind: 'APPROVAL_NEEDED',
      channel: 'SLACK',
      recipient: null,
      runId: 'r',
      state: 'FAILED',
      tries: [
        { number: 1, statusCode: 503, endedAt: null },
        { number: 2, error: 'answered 503' },
      ],
    });
    const rest = await graphql.send(query, { after: pageInfo.endCursor });
    expect(idsOf(rest.body.data.deliveries.nodes)).toEqual([3]);
    const failed = await graphql.send(query, { state: ['FAILED', 'DELIVERED'] });
    expect(idsOf(failed.body.data.deliveries.nodes)).toEqual([2]);
    const wrong = await graphql.send(query, { after: 'nonsense' });
    expect(wrong.body.errors[0].message).toContain('Invalid cursor');
  });

  it('stand with their tasks, however many, for one statement and another one for the tries', async () => {
    const list = (selection: string) =>
      graphql.send(`{ tasks(first: 50) { nodes { databaseId ${selection} } } }`);
    const { body } = await list(`serverNotifies deliveries { ${fields} }`);
    expect(body.data.tasks.nodes).toHaveLength(3);
    for (const node of body.data.tasks.nodes)
      expect([node.serverNotifies, idsOf(node.deliveries)]).toEqual([true, [node.databaseId]]);
    const plain = await graphql.statementsOf(() => list(''));
    expect(await graphql.statementsOf(() => list('deliveries { deliveryId tries { number } }'))).toBe(
      plain + 2,
    );
  });

  it('are sent again by those who may operate, and read by those who may read', async () => {
    const { body } = await graphql.send('{ deliveries(state: [FAILED]) { nodes { deliveryId } } }');
    const [{ deliveryId }] = body.data.deliveries.nodes;
    const again = `mutation ($id: String!) { redeliver(input: { deliveryId: $id }) { __typename
      ... on Delivery { state } ... on Error { message } ... on NotRedeliverableError { deliveryId } } }`;
    graphql.viewer = viewerNamed('eve', ['read', 'report']);
    expect((await graphql.send(again, { id: deliveryId })).body.errors[0].extensions.code).toBe('FORBIDDEN');
    graphql.viewer = viewerNamed('ops', ['operate']);
    expect((await graphql.send(again, { id: deliveryId })).body.data.redeliver).toEqual({
      __typename: 'Delivery',
      state: 'PENDING',
    });
    expect((await graphql.send(again, { id: 'x' })).body.data.redeliver).toMatchObject({
      __typename: 'InvalidInputError',
      message: '`deliveryId` must be the id of a delivery, got "x".',
    });
    const read = await graphql.send('{ deliveries { nodes { deliveryId } } }');
    expect(read.body.errors[0].extensions.code).toBe('FORBIDDEN');
    await database.db().query({ text: `UPDATE deliveries SET claimed_until = now() + interval '1 minute'` });
    expect((await graphql.send(again, { id: deliveryId })).body.data.redeliver).toMatchObject({
      __typename: 'NotRedeliverableError',
      deliveryId,
      message: expect.stringContaining('being sent now'),
    });
  });
});
