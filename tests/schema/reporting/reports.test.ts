import { beforeEach, expect, it } from 'vitest';
import { describeOnEither } from '../../support/databases.ts';
import { everything, viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

const errorFields = '... on Error { message } ... on InvalidInputError { issues { path type } }';
const create = `mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename ... on Task { id databaseId status startedAt durationMs approvalState inputs outputsUri } ${errorFields} ... on IdempotencyKeyReusedError { key } } }`;
const update = `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { __typename ... on Task { databaseId status startedAt finishedAt logExcerpt outputsUri approvalState approver } ${errorFields} ... on IllegalTransitionError { from to taskId } ... on NotFoundError { kind key } ... on DecisionIsFinalError { field } } }`;
const approve = `mutation ($input: ApproveTaskInput!) { approveTask(input: $input) { __typename ... on Task { status approvalState approver approvalNote } ${errorFields} ... on NotAwaitingApprovalError { status } ... on AlreadyDecidedError { decision approver } } }`;
const reject = approve.replaceAll('approveTask', 'rejectTask').replace('ApproveTaskInput', 'RejectTaskInput');

describeOnEither('Reports and decisions over GraphQL', (database) => {
  const graphql = serveGraphql(database);
  const base = { task: 'seo.validate', runId: 'nightly-2025-01-15', status: 'RUNNING' };
  const send = async (query: string, input: object) => (await graphql.send(query, { input })).body;

  beforeEach(async () => {
    graphql.viewer = everything;
    await database.truncate();
  });

  it('create a task: startedAt left out means now, null not yet', async () => {
    const now = await send(create, { ...base, inputs: { flags: ['--strict'], b: 1, a: null } });
    expect(now.data.createTask).toMatchObject({
      __typename: 'Task',
      databaseId: 1,
      status: 'RUNNING',
      inputs: { flags: ['--strict'], b: 1, a: null },
    });
    expect(Math.abs(Date.parse(now.data.createTask.startedAt) - Date.now())).toBeLessThan(60_000);
    const later = await send(create, { ...base, status: 'QUEUED', startedAt: null });
    expect(later.data.createTask).toMatchObject({ startedAt: null, status: 'QUEUED' });
  });

  it('take times with an offset, durations of weeks and scheme-less paths', async () => {
    const input = {
      ...base,
      startedAt: '2025-01-15T03:30:00.123456+01:00',
      durationMs: 2_147_483_647,
      outputsUri: 'reports/seo.html',
    };
    expect((await send(create, input)).data.createTask).toMatchObject({
      startedAt: '2025-01-15T02:30:00.123Z',
      durationMs: 2_147_483_647,
      outputsUri: 'reports/seo.html',
    });
  });

  it('answer every fault of an input at once, as a member of the result', async () => {
    const body = await send(create, {
      ...base,
      task: '',
      outputsUri: 'x'.repeat(513),
      durationMs: 3_000_000_000,
      inputs: [1],
    });
    expect(body.data.createTask).toMatchObject({ __typename: 'InvalidInputError' });
    const paths = body.data.createTask.issues.map((issue: { path: string[] }) => issue.path[0]);
    expect(paths.sort()).toEqual(['durationMs', 'inputs', 'outputsUri', 'task']);
    expect((await graphql.send('{ tasks { totalCount } }')).body.data.tasks.totalCount).toBe(0);
  });

  it('give the first answer again for the same idempotency key, and refuse it for another request', async () => {
    const first = await send(create, { ...base, idempotencyKey: 'k' });
    expect(await send(create, { ...base, idempotencyKey: 'k' })).toEqual(first);
    const other = await send(create, { ...base, task: 'other', idempotencyKey: 'k' });
    expect(other.data.createTask).toMatchObject({ __typename: 'IdempotencyKeyReusedError', key: 'k' });
    expect((await send(create, { ...base, idempotencyKey: '' })).data.createTask.issues[0].path).toEqual([
      'idempotencyKey',
    ]);
    expect((await graphql.send('{ tasks { totalCount } }')).body.data.tasks.totalCount).toBe(1);
  });

  it('change only the given fields, and clear with null', async () => {
    const { id } = (await send(create, { ...base, outputsUri: 'a', logExcerpt: 'kept' })).data.createTask;
    const changed = await send(update, {
      id,
      status: 'SUCCEEDED',
      finishedAt: '2025-01-15T02:35:00Z',
      outputsUri: null,
    });
    expect(changed.data.updateTask).toMatchObject({
      status: 'SUCCEEDED',
      finishedAt: '2025-01-15T02:35:00Z',
      outputsUri: null,
      logExcerpt: 'kept',
    });
    const refused = await send(update, { id, status: 'RUNNING' });
    expect(refused.data.updateTask).toMatchObject({
      __typename: 'IllegalTransitionError',
      from: 'SUCCEEDED',
      to: 'RUNNING',
      taskId: 1,
    });
    expect((await send(update, { id, status: null })).data.updateTask).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['status'] }],
    });
  });

  it('name a task by its key: its id or its number, and exactly one of them', async () => {
    await send(create, base);
    for (const task of [{ databaseId: 1 }, { id: 'VGFzazox' }]) {
      expect((await send(update, { task })).data.updateTask).toMatchObject({ databaseId: 1 });
      const read = await graphql.send('query ($by: TaskKeyInput!) { task(by: $by) { id } }', { by: task });
      expect(read.body.data.task).toEqual({ id: 'VGFzazox' });
    }
    // Often enough that the operation is compiled, whose inputs the schema does not check.
    for (let round = 0; round < 5; round += 1)
      for (const input of [
        { task: {} },
        { task: { id: 'VGFzazox', databaseId: 1 } },
        { task: { id: null } },
        { task: { databaseId: 1 }, databaseId: 1 },
        { task: { databaseId: 1 }, id: 'VGFzazox' },
        { task: { id: 'UnVuOnI' } },
        { task: { id: 'nonsense' } },
        { task: null },
      ]) {
        const { data, errors } = await send(update, input);
        const message = errors?.[0].message ?? data.updateTask.message;
        expect(message).toMatch(
          /xactly one|exactly one|once|id of a Task|id that this server returned|must not be null|non-null/,
        );
      }
    expect(
      (await send(update, { task: { databaseId: 1, id: 'UnVuOnI' } })).errors?.[0].extensions.code,
    ).not.toBe('INTERNAL_SERVER_ERROR');
  });

  it('name a task in the older ways, by its id or its number', async () => {
    await send(create, base);
    expect((await send(update, { databaseId: 1 })).data.updateTask.__typename).toBe('Task');
    expect((await send(update, { databaseId: 2 })).data.updateTask).toMatchObject({
      __typename: 'NotFoundError',
      kind: 'Task',
      key: '2',
    });
    for (const key of [
      {},
      { id: 'VGFzazox', databaseId: 1 },
      { id: 'nonsense' },
      { id: 'UnVuOng' },
      { id: 'VGFzazo5OTk5OTk5OTk5' },
    ]) {
      expect((await send(update, key)).data.updateTask.__typename).toBe('InvalidInputError');
    }
  });

  it('approve once: again by the same viewer is a success, otherwise is told who decided', async () => {
    const { id } = (await send(create, { ...base, status: 'AWAITING_APPROVAL' })).data.createTask;
    graphql.viewer = viewerNamed('ada@example.org');
    const approved = await send(approve, { id, note: 'good' });
    expect(approved.data.approveTask).toEqual({
      __typename: 'Task',
      status: 'SUCCEEDED',
      approvalState: 'APPROVED',
      approver: 'ada@example.org',
      approvalNote: 'good',
    });
    expect(await send(approve, { id })).toEqual(approved);
    const rejected = await send(reject, { id });
    expect(rejected.data.rejectTask).toMatchObject({
      __typename: 'AlreadyDecidedError',
      decision: 'APPROVED',
      approver: 'ada@example.org',
    });
  });

  it('refuse to decide what awaits nothing', async () => {
    await send(create, base);
    expect((await send(approve, { databaseId: 1 })).data.approveTask).toMatchObject({
      __typename: 'NotAwaitingApprovalError',
      status: 'RUNNING',
    });
  });

  it('cancel a running task', async () => {
    await send(create, base);
    const { body } = await graphql.send(
      'mutation { cancelTask(input: { databaseId: 1, note: "no" }) { ... on Task { status approvalState } } }',
    );
    expect(body.data.cancelTask).toEqual({ status: 'SKIPPED', approvalState: 'CANCELLED' });
  });

  it('prune what started before a time', async () => {
    await send(create, { ...base, startedAt: '2024-01-01' });
    await send(create, base);
    const { body } = await graphql.send(
      'mutation { pruneTasks(input: { before: "2025-01-01" }) { deleted cutoff } }',
    );
    expect(body.data.pruneTasks).toEqual({ deleted: 1, cutoff: '2025-01-01T00:00:00Z' });
  });

  it('read any node by its id, with one statement for each type', async () => {
    await send(create, base);
    const ids = ['VGFzazox', 'UnVuOm5pZ2h0bHktMjAyNS0wMS0xNQ', 'VGFzazo3', 'VGFzazox'];
    let body: { data: { nodes: unknown[] } } | undefined;
    const query =
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Task { status run { runId } } ... on Run { counts { running } } } }';
    const statements = await graphql.statementsOf(
      async () => (body = (await graphql.send(query, { ids })).body),
    );
    const task = { __typename: 'Task', id: ids[0], status: 'RUNNING', run: { runId: base.runId } };
    expect(body?.data.nodes).toEqual([
      task,
      { __typename: 'Run', id: ids[1], counts: { running: 1 } },
      null,
      task,
    ]);
    expect(statements).toBe(3);
    const bad = await graphql.send('{ node(id: "bad") { id } }');
    expect(bad.body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
    const many = await graphql.send(query, { ids: Array.from({ length: 101 }, () => ids[0]) });
    expect(many.body.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'ids' });
  });
});
