import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

const list = `{ tasks(first: 50) { nodes { databaseId approval {
  state voters policy { required approvers denySelf expiresAfterMs onExpire escalateTo }
  requestedAt expiresAt endedAt escalatedAt staleAt
  pullRequest { host owner repo number headSha state author checkedAt } } } } }`;

describeOnEither('The approval of a task, in GraphQL,', (database) => {
  const store = storeOf(database);
  const graphql = serveGraphql(database);
  beforeEach(() => database.truncate());

  async function waiting(task: string, outputsUri: string | null) {
    const input = { task, runId: 'r', status: 'awaiting_approval' as const, outputsUri };
    return (await createTask(store, everything, input)).task.id;
  }
  const approvals = async () => {
    const { body } = await graphql.send(list);
    return new Map(
      body.data.tasks.nodes.map((node: { databaseId: number; approval: unknown }) => [
        node.databaseId,
        node.approval,
      ]),
    );
  };

  it('tells its policy, its votes and its pull request, and is null for a task that never waited', async () => {
    const bound = await waiting('bound', 'https://github.com/acme/site/pull/12');
    const free = await waiting('free', null);
    const { id: never } = (
      await createTask(store, everything, { task: 'never', runId: 'r', status: 'running' })
    ).task;
    await database.db().query({
      text: `UPDATE approvals SET policy = policy || '{"required": 2}', pull_head = 'abc', pull_author = 'bot',
        pull_checked_at = '2025-01-15T02:30:00.120Z' WHERE task_id = $1`,
      values: [bound],
    });
    await decideTask(store, viewerNamed('ada'), bound, 'approve');
    await decideTask(store, viewerNamed('ada'), free, 'reject');
    const found = await approvals();
    expect(found.get(bound)).toMatchObject({
      state: 'PENDING',
      voters: ['ada'],
      policy: {
        required: 2,
        approvers: [],
        denySelf: false,
        expiresAfterMs: 259_200_000,
        onExpire: 'EXPIRE',
      },
      endedAt: null,
      pullRequest: {
        host: 'github.com',
        owner: 'acme',
        repo: 'site',
        number: 12,
        headSha: 'abc',
        state: 'open',
        author: 'bot',
        checkedAt: '2025-01-15T02:30:00.120Z',
      },
    });
    expect(found.get(free)).toMatchObject({ state: 'REJECTED', pullRequest: null });
    expect(found.get(never)).toBeNull();
  });

  it('takes no more statements for many tasks than for one', async () => {
    await waiting('t0', 'https://github.com/acme/site/pull/1');
    const one = await graphql.statementsOf(approvals);
    for (let number = 1; number <= 20; number++)
      await waiting(`t${number}`, `https://github.com/acme/site/pull/${number}`);
    expect(await graphql.statementsOf(approvals)).toBe(one);
    expect((await approvals()).size).toBe(21);
  });

  it('is decided together with others by global ids, each on the commit that was looked at', async () => {
    const uri = 'https://github.com/acme/site/pull/1';
    const ids = [await waiting('a', uri), await waiting('b', uri)];
    const [head, other] = ['a'.repeat(40), 'b'.repeat(40)];
    for (const [index, id] of ids.entries())
      await database.db().query({
        text: 'UPDATE approvals SET pull_head = $2 WHERE task_id = $1',
        values: [id, index === 0 ? head : other],
      });
    const decide = `mutation ($ids: [ID!], $numbers: [Int!]) { decideTasks(input: { action: APPROVE, ids: $ids, databaseIds: $numbers,
      expectedHeadSha: "${head}" }) { __typename ... on DecidedTasks { results { __typename ... on Task { databaseId } } }
      ... on InvalidInputError { message } } }`;
    const global = ids.map((id) => Buffer.from(`Task:${id}`).toString('base64'));
    const { body } = await graphql.send(decide, { ids: global });
    expect(body.data.decideTasks.results).toEqual([
      { __typename: 'Task', databaseId: ids[0] },
      { __typename: 'HeadMovedError' },
    ]);
    for (const wrong of [{}, { ids: global, numbers: ids }])
      expect((await graphql.send(decide, wrong)).body.data.decideTasks.message).toContain('exactly one');
  });

  it('is decided together with others, by the common head commit where a task names none of its own', async () => {
    const uri = 'https://github.com/acme/site/pull/1';
    const ids = [await waiting('a', uri), await waiting('b', uri), await waiting('c', uri)];
    const [head, other] = ['a'.repeat(40), 'b'.repeat(40)];
    await database.db().query({ text: 'UPDATE approvals SET pull_head = $1', values: [head] });
    const decide = (tasks: object[]) =>
      graphql.send(
        `mutation ($tasks: [ShownTaskInput!]) { decideTasks(input: { action: APPROVE, tasks: $tasks, expectedHeadSha: "${other}" }) {
          ... on DecidedTasks { results { __typename } } } }`,
        { tasks },
      );
    const { body } = await decide([
      { databaseId: ids[0] },
      { databaseId: ids[1], expectedHeadSha: head },
      { databaseId: ids[2], expectedHeadSha: '' },
    ]);
    expect(body.data.decideTasks.results.map((one: { __typename: string }) => one.__typename)).toEqual([
      'HeadMovedError',
      'Task',
      'NotAsShownError',
    ]);
  });

  it('is decided together with others,, each with a result of its own', async () => {
    const ids = [await waiting('a', null), await waiting('b', null), await waiting('c', null)];
    const [a = 0, b = 0, c = 0] = ids;
    await decideTask(store, viewerNamed('ben'), b, 'reject');
    const decide = `mutation ($ids: [Int!]!) { decideTasks(input: { action: APPROVE, databaseIds: $ids, note: "all fine" }) {
      __typename ... on DecidedTasks { results { __typename ... on Task { databaseId status approvalNote } ... on Error { message } } }
      ... on InvalidInputError { message } } }`;
    const { body } = await graphql.send(decide, { ids: [a, b, 99_999, c] });
    expect(body.data.decideTasks.results).toMatchObject([
      { databaseId: a, status: 'SUCCEEDED', approvalNote: 'all fine' },
      { __typename: 'AlreadyDecidedError', message: expect.stringContaining('ben') },
      { __typename: 'NotFoundError' },
      { databaseId: c, status: 'SUCCEEDED' },
    ]);
    for (const wrong of [[], Array.from({ length: 51 }, (_, index) => index + 1)]) {
      const refused = await graphql.send(decide, { ids: wrong });
      expect(refused.body.data.decideTasks).toMatchObject({
        __typename: 'InvalidInputError',
        message: expect.stringContaining('must have 1 to 50 tasks'),
      });
    }
  });
});
