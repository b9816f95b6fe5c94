import { beforeEach, describe, expect, it } from 'vitest';
import { createTask } from '../../../domain/reporting/create.ts';
import { createTaskInput } from '../../../domain/tasks/input.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything, viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

describe('The acknowledgement of a failure in GraphQL', () => {
  const database = useDatabase('postgres');
  const graphql = serveGraphql(database);
  beforeEach(() => database.truncate());
  const ask = async (query: string) => (await graphql.send(query)).body;
  const record = async (status: string) => {
    const input = createTaskInput.parse({ task: 't', runId: 'r', status });
    return (await createTask(graphql.store(), everything, input)).task.id;
  };
  const acknowledge = async (id: number) =>
    (
      await ask(`mutation { acknowledgeTask(input: { task: { databaseId: ${id} }, note: "on it" }) { __typename
        ... on Task { acknowledgement { by note } } ... on NotAFailureError { status }
        ... on AlreadyAcknowledgedError { by at } ... on NotFoundError { kind } } }`)
    ).data.acknowledgeTask;
  const listed = async (filter: string) =>
    ask(`{ tasks(filter: { ${filter} }) { nodes { databaseId acknowledgement { by at note } } } }`);

  it('is shown with the task, and names whose it is to who comes second', async () => {
    const [failed, fine] = [await record('failed'), await record('succeeded')];
    graphql.viewer = viewerNamed('ann@example.org', ['operate', 'read']);
    const by = 'ann@example.org';
    expect(await acknowledge(failed)).toEqual({ __typename: 'Task', acknowledgement: { by, note: 'on it' } });
    expect(await acknowledge(fine)).toEqual({ __typename: 'NotAFailureError', status: 'SUCCEEDED' });
    expect(await acknowledge(9999)).toEqual({ __typename: 'NotFoundError', kind: 'Task' });
    graphql.viewer = viewerNamed('bob@example.org', ['operate', 'read']);
    const at = expect.stringMatching(/Z$/);
    expect(await acknowledge(failed)).toEqual({ __typename: 'AlreadyAcknowledgedError', by, at });
    expect((await listed('acknowledged: true')).data.tasks.nodes).toEqual([
      { databaseId: failed, acknowledgement: { by, at, note: 'on it' } },
    ]);
    expect((await listed('acknowledged: false')).data.tasks.nodes).toEqual([]);
  });

  it('is a filter of failures alone', async () => {
    const { errors } = await listed('acknowledged: true, status: [SUCCEEDED]');
    expect(errors[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
      message: expect.stringContaining('goes with the status failed alone, got succeeded'),
    });
  });
});
