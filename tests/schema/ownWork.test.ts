import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { readTask } from '../../domain/tasks/read.ts';
import { playWorkers } from '../domain/engine/support.ts';
import { describeOnEither } from '../support/databases.ts';
import { everything, viewerNamed } from '../support/domain.ts';
import { serveGraphql } from '../support/graphql.ts';

const steps = [{ task: 'a' }, { task: 'b' }];
const content = { name: 'nightly', steps };
const ci = viewerNamed('ci', ['work']);

describeOnEither('With the scope work alone', (database) => {
  const graphql = serveGraphql(database);
  const workers = () => playWorkers(graphql.store());
  beforeEach(async () => {
    graphql.viewer = ci;
    await database.truncate();
  });

  /** Gives the code of the refusal, or what the field gave. */
  const ask = async (query: string, variables: object = {}) => {
    const { body } = await graphql.send(query, variables);
    return body.errors?.[0].extensions.code ?? Object.values(body.data)[0];
  };
  const change = (name: string, input: object, selection = '__typename') => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
    return ask(`mutation ($input: ${type}) { ${name}(input: $input) { ${selection} } }`, { input });
  };
  /** Starts a run of the viewer's own. */
  const own = async () => {
    const from = { definition: { content } };
    const run = await change('startRun', { from, exclusive: true }, '... on Run { runId }');
    return (run as { runId: string }).runId;
  };
  /** A run of somebody else. */
  const others = (more: object = {}) => workers().start(steps, more);
  /** The tasks that the viewer finds, each as what it is asked for. */
  const found = async <T>(filter: object, selection: string) => {
    const query = `query ($filter: TaskFilter) { tasks(filter: $filter) { nodes { value: ${selection} } } }`;
    const { nodes } = (await ask(query, { filter })) as { nodes: { value: T }[] };
    return nodes.map(({ value }) => value);
  };
  const names = (filter: object = {}) => found<string>(filter, 'runId');
  const ids = (runId: string) => found<number>({ runId: [runId] }, 'databaseId');

  it('you start exclusive runs of what you send, and no others', async () => {
    expect(await own()).toMatch(/^nightly-/);
    const from = { definition: { content: { name: 'nightly', steps: [{ task: 'a' }] } } };
    for (const input of [
      { from },
      { from, exclusive: false },
      { from, exclusive: true, runId: 'chosen' },
      { from: { plan: 'nightly' } },
      { from: { plan: 'nightly' }, exclusive: true },
      { plan: 'nightly', exclusive: true },
    ])
      expect([input, await change('startRun', input)]).toEqual([input, 'FORBIDDEN']);
  });

  it('you read the tasks of runs that you started, in whatever way you ask for more', async () => {
    expect(await names()).toEqual([]);
    const [runId, other] = [await own(), await others()];
    expect(await names()).toEqual([runId, runId]);
    expect(await names({ runId: [runId, other.runId] })).toEqual([runId, runId]);
    expect(await names({ runId: [other.runId] })).toEqual([]);
    expect(await names({ status: ['QUEUED', 'RUNNING'] })).toEqual([runId, runId]);
    const [mine] = await ids(runId);
    const theirs = other.tasks[0]?.id;
    const read =
      'query ($id: Int!) { task(by: { databaseId: $id }) { runId run { tasks { nodes { runId } } } } }';
    expect(await ask(read, { id: mine })).toMatchObject({
      runId,
      run: { tasks: { nodes: [{ runId }, { runId }] } },
    });
    for (const id of [theirs, 9999, 2 ** 31 - 1])
      expect([id, await ask(read, { id })]).toEqual([id, 'FORBIDDEN']);
    expect(await ask('{ task(id: "nonsense") { runId } }')).toBe('FORBIDDEN');
    for (const query of [
      `{ run(runId: "${runId}") { runId } }`,
      '{ runs { nodes { runId } } }',
      '{ decisions { nodes { note } } }',
    ])
      expect(await ask(query)).toBe('FORBIDDEN');
  });

  it('you cancel and release runs that you started, and no others', async () => {
    const [runId, other] = [await own(), await others({ exclusive: true })];
    for (const name of ['cancelRun', 'leaveRun']) {
      for (const strange of [other.runId, 'none', 'a\0b'])
        expect([strange, await change(name, { runId: strange })]).toEqual([strange, 'FORBIDDEN']);
      expect(await change(name, { runId })).toEqual({ __typename: 'Run' });
    }
    expect(await workers().statuses(other.runId)).toEqual({ a: 'queued', b: 'queued' });
    expect(await workers().statuses(runId)).toEqual({ a: 'skipped', b: 'skipped' });
    expect(await change('retryRun', { runId })).toBe('FORBIDDEN');
  });

  it('you take tasks of exclusive runs only where you started them, also with a report', async () => {
    const [runId, other] = [await own(), await others({ exclusive: true })];
    const lease = (runIds: string[]) =>
      change(
        'leaseTask',
        { worker: 'w', requestId: randomUUID(), runIds },
        '... on LeaseOffer { lease { leaseId runId } }',
      );
    expect(await lease([other.runId])).toBe('FORBIDDEN');
    expect(await lease([runId, other.runId])).toBe('FORBIDDEN');
    const got = (await lease([runId])) as { lease: { leaseId: string; runId: string } };
    expect(got.lease.runId).toBe(runId);
    const next = { worker: 'w', requestId: randomUUID(), runIds: [other.runId] };
    expect(
      await change(
        'finishAttempt',
        { leaseId: got.lease.leaseId, ending: 'EXIT', exitCode: 0, durationMs: 1, next },
        '... on FinishedAttempt { task { status } next { lease { runId } } }',
      ),
    ).toEqual({ task: { status: 'SUCCEEDED' }, next: null });
    graphql.viewer = viewerNamed('both', ['work', 'operate']);
    expect(await lease([other.runId])).toMatchObject({ lease: { runId: other.runId } });
  });

  it('you note who was notified of what you worked on, and change nothing else', async () => {
    const { planHash } = await others();
    const lease = await workers().leased(planHash);
    const another = await workers().leased(planHash);
    await workers().finish(lease);
    const note = { databaseId: lease.taskId, webhookError: 'status 404' };
    const { leaseId } = lease;
    expect(await change('updateTask', { ...note, leaseId })).toEqual({ __typename: 'Task' });
    expect((await readTask(database.db(), lease.taskId)).webhookError).toBe('status 404');
    for (const input of [
      note,
      { ...note, leaseId: randomUUID() },
      { ...note, leaseId: 'nonsense' },
      { ...note, leaseId: another.leaseId },
      { ...note, leaseId, logExcerpt: 'x' },
      { ...note, leaseId, logExcerpt: null },
      { ...note, leaseId, status: 'SUCCEEDED' },
      { ...note, leaseId, approvalState: 'APPROVED' },
      { webhookError: null, leaseId },
    ])
      expect([input, await change('updateTask', input)]).toEqual([input, 'FORBIDDEN']);
    const [mine] = await ids(await own());
    expect(await change('updateTask', { databaseId: mine, webhookError: null })).toEqual({
      __typename: 'Task',
    });
  });

  it('you change no task that was reported from outside, not even beside your own', async () => {
    const runId = await own();
    graphql.viewer = everything;
    const made = await change(
      'createTask',
      { task: 'x', runId, status: 'RUNNING' },
      '... on Task { databaseId }',
    );
    graphql.viewer = ci;
    expect(await change('updateTask', { ...(made as object), webhookError: 'x' })).toBe('FORBIDDEN');
    expect(await change('createTask', { task: 'y', runId, status: 'RUNNING' })).toBe('FORBIDDEN');
    expect(await change('approveTask', { ...(made as object) })).toBe('FORBIDDEN');
  });

  it('you neither read nor cancel what was reported into your run from outside', async () => {
    const runId = await own();
    graphql.viewer = viewerNamed('both', ['report']);
    const input = { task: 'x', runId, status: 'RUNNING', inputs: { secret: 1 } };
    const made = (await change('createTask', input, '... on Task { databaseId }')) as { databaseId: number };
    for (const scopes of [['work'], ['work', 'report']] as const) {
      graphql.viewer = viewerNamed('ci', scopes);
      expect(await found<string>({}, 'task')).toEqual(['b', 'a']);
      const read = 'query ($id: Int!) { task(by: { databaseId: $id }) { inputs } }';
      expect(await ask(read, { id: made.databaseId })).toBe('FORBIDDEN');
      const [mine] = await ids(runId);
      const beside =
        'query ($id: Int!) { task(by: { databaseId: $id }) { run { tasks { totalCount nodes { task } } } } }';
      expect(await ask(beside, { id: mine })).toEqual({
        run: { tasks: { totalCount: 2, nodes: [{ task: 'b' }, { task: 'a' }] } },
      });
      const selection = '... on Run { counts { running skipped } tasks { nodes { task } } }';
      expect(await change('cancelRun', { runId }, selection)).toEqual({
        counts: { running: 1, skipped: 2 },
        tasks: { nodes: [{ task: 'b' }, { task: 'a' }] },
      });
    }
    graphql.viewer = viewerNamed('ops', ['operate']);
    expect(await change('cancelRun', { runId }, '... on Run { counts { skipped } }')).toEqual({
      counts: { skipped: 3 },
    });
  });

  it('what you are given of the work of others leads to nothing else of it', async () => {
    const { planHash } = await others();
    const lease = await workers().leased(planHash);
    const finish = (selection: string) =>
      change(
        'finishAttempt',
        { leaseId: lease.leaseId, ending: 'EXIT', exitCode: 0, durationMs: 1 },
        `... on FinishedAttempt { task { ${selection} } }`,
      );
    expect(await finish('task status logExcerpt')).toMatchObject({ task: { task: 'a' } });
    for (const selection of ['run { runId }', 'decisions { note }', 'deliveries { channel }'])
      expect([selection, await finish(selection)]).toEqual([selection, 'FORBIDDEN']);
    graphql.viewer = viewerNamed('eve', ['operate']);
    const { runId } = await others();
    expect(await change('cancelRun', { runId }, '... on Run { counts { total } }')).toEqual({
      counts: { total: 2 },
    });
    expect(await change('cancelRun', { runId }, '... on Run { tasks { nodes { task } } }')).toBe('FORBIDDEN');
  });

  it('of schedules and plans you see those that you name', async () => {
    await change('registerPlan', { plan: content }, '__typename');
    expect(await ask('{ plans { plan } }')).toBe('FORBIDDEN');
    expect(await ask('{ plans(plan: "nightly") { plan } }')).toEqual([{ plan: 'nightly' }]);
    expect(await ask('{ scheduledRuns { plan } }')).toBe('FORBIDDEN');
    expect(await ask('{ scheduledRuns(plan: "nightly") { plan } }')).toEqual([]);
  });
});
