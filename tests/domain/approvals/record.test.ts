import { beforeAll, beforeEach, expect, it } from 'vitest';
import { countDecisions } from '../../../domain/approvals/record.ts';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { serve, type TestServer } from '../../server/serve.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';
import { playWorkers } from '../engine/support.ts';

describeOnEither('What ends a task, or tries to, leaves a row:', (database) => {
  const store = storeOf(database);
  const workers = playWorkers(store);
  const graphql = serveGraphql(database);
  let rest: TestServer;
  beforeAll(async () => {
    const config = {
      host: '0.0.0.0',
      adminApiKey: 'a-key-of-sixteen-characters',
      trustedProxy: ['127.0.0.1'],
    };
    rest = await serve(database.db(), config);
  });
  beforeEach(async () => {
    await database.truncate();
    graphql.viewer = everything;
  });

  const rows = (taskId: number) =>
    store.db.query<Record<string, unknown>>({
      text: `SELECT action, outcome, viewer_name(viewer) AS viewer, via, note,
        replace(refusal, viewer, viewer_name(viewer)) AS refusal, task, run_id AS run, from_status AS "from", to_status AS "to",
        approval_id IS NOT NULL AS bound FROM decisions WHERE task_id = $1 ORDER BY id`,
      values: [taskId],
    });
  const awaiting = async (startedAt?: string) =>
    (await createTask(store, everything, { task: 'a', runId: 'r', status: 'awaiting_approval', startedAt }))
      .task.id;

  it('a run that takes its place', async () => {
    const steps = [{ task: 'deps', approval: 'always', onOpen: 'supersede' }];
    const first = await workers.start(steps);
    await workers.carryOut(first.planHash);
    const { runId } = await workers.start(steps);
    expect(await rows(first.tasks[0]?.id ?? 0)).toEqual([
      {
        action: 'cancel',
        outcome: 'decided',
        viewer: 'nightshift',
        via: 'engine',
        refusal: null,
        note: `superseded by ${runId}`,
        task: 'deps',
        run: first.runId,
        bound: true,
        from: 'awaiting_approval',
        to: 'skipped',
      },
    ]);
  });

  it('a cancellation of its run, by whoever cancelled it', async () => {
    const { runId, planHash, tasks } = await workers.start([
      { task: 'a' },
      { task: 'b' },
      { task: 'c', needs: ['a'] },
    ]);
    const lease = await workers.leased(planHash);
    expect(await cancelRun(store, viewerNamed('ada'), runId, 'wrong branch', 'cli')).toBe(3);
    for (const { id } of tasks)
      expect(await rows(id)).toMatchObject([
        {
          action: 'cancel',
          outcome: 'decided',
          viewer: 'ada',
          via: 'cli',
          note: 'wrong branch',
          bound: false,
          from: id === lease.taskId ? 'running' : 'queued',
          to: 'skipped',
        },
      ]);
    await cancelRun(store, viewerNamed('ada'), runId);
    expect(await rows(lease.taskId)).toHaveLength(1);
  });

  it('a prune of what still awaited approval', async () => {
    const id = await awaiting('2001-01-01T00:00:00Z');
    await createTask(store, everything, {
      task: 'b',
      runId: 'r',
      status: 'succeeded',
      startedAt: '2001-01-01T00:00:00Z',
    });
    expect(await pruneTasks(store, viewerNamed('ada'), '2002-01-01T00:00:00Z')).toMatchObject({ deleted: 2 });
    expect(await rows(id)).toMatchObject([
      { action: 'cancel', viewer: 'ada', via: 'engine', note: 'pruned', from: 'awaiting_approval', to: null },
    ]);
    expect(await store.db.query({ text: 'SELECT 1 FROM decisions WHERE task = $$b$$' })).toEqual([]);
  });

  const global = (id: number) => Buffer.from(`Task:${id}`).toString('base64');
  it.each([
    ['approve', (id: number) => `approveTask(input: { databaseId: ${id} })`],
    ['reject', (id: number) => `rejectTask(input: { id: "${global(id)}" })`],
    ['cancel', (id: number) => `decideTasks(input: { action: CANCEL, databaseIds: [${id}] })`],
    ['approve', (id: number) => `updateTask(input: { databaseId: ${id}, approvalState: APPROVED })`],
  ])('somebody known without the scope who tries to %s by GraphQL', async (action, mutation) => {
    const id = await awaiting();
    graphql.viewer = viewerNamed('eve', ['read', 'report']);
    const query = `mutation { ${mutation(id)} { __typename } }`;
    expect((await graphql.send(query, {}, { 'x-nightshift-client': 'cli' })).status).toBe(403);
    expect(await rows(id)).toMatchObject([
      {
        action,
        outcome: 'refused',
        viewer: 'eve',
        via: 'cli',
        bound: true,
        from: 'awaiting_approval',
        to: 'awaiting_approval',
        refusal: 'eve does not have the approve scope.',
      },
    ]);
    graphql.viewer = {
      ...viewerNamed('anonymous', ['read', 'report']),
      kind: 'anonymous',
      identified: false,
    };
    expect((await graphql.send(query)).status).toBe(401);
    expect(await rows(id)).toHaveLength(1);
  });

  it('somebody who says whose pull requests count for a plan, or tries to without the scope', async () => {
    await workers.start([{ task: 'a' }]);
    const trust = (origin: string, plan = 'night') =>
      graphql.send(
        `mutation { trustOrigins(input: { plan: "${plan}", origins: ["${origin}"] }) { __typename } }`,
        {},
        { 'x-nightshift-client': 'cli' },
      );
    graphql.viewer = viewerNamed('ada', ['admin']);
    await trust('https://github.com/acme/site.git');
    await trust('github.com/acme/tools');
    graphql.viewer = viewerNamed('eve', ['read', 'report', 'work', 'operate', 'approve']);
    expect((await trust('github.com/eve/site')).status).toBe(403);
    // What is not there could fill the record, and strangers too.
    expect((await trust('github.com/eve/site', 'no-such-plan')).status).toBe(403);
    graphql.viewer = { ...viewerNamed('anonymous', ['read']), kind: 'anonymous', identified: false };
    expect((await trust('github.com/eve/site')).status).toBe(401);
    graphql.viewer = everything;
    const query =
      '{ decisions(filter: { action: [TRUST] }) { nodes { action outcome viewer via subject note refusal } } }';
    const { nodes } = (await graphql.send(query)).body.data.decisions;
    expect(nodes).toEqual([
      {
        action: 'TRUST',
        outcome: 'REFUSED',
        viewer: 'eve',
        via: 'CLI',
        subject: 'night',
        note: null,
        refusal: 'eve does not have the admin scope.',
      },
      {
        action: 'TRUST',
        outcome: 'DONE',
        viewer: 'ada',
        via: 'CLI',
        subject: 'night',
        refusal: null,
        note: 'github.com/acme/tools (before: github.com/acme/site)',
      },
      {
        action: 'TRUST',
        outcome: 'DONE',
        viewer: 'ada',
        via: 'CLI',
        subject: 'night',
        refusal: null,
        note: 'github.com/acme/site (before: none)',
      },
    ]);
    const csv = await rest.send('/agents/decisions.csv?action=trust', {
      headers: { 'x-admin-key': 'a-key-of-sixteen-characters' },
    });
    expect(csv.text.match(/,trust,(done|refused),/g)).toEqual([
      ',trust,refused,',
      ',trust,done,',
      ',trust,done,',
    ]);
  });

  it.each([
    ['approve', 'approve'],
    ['reject', 'reject'],
  ])('somebody known without the scope who tries to %s by REST', async (action, path) => {
    const id = await awaiting();
    const eve = { 'x-user-email': 'eve@example.org' };
    const target = `/agents/tasks/${id}/${path}`;
    expect((await rest.send(target, { method: 'POST', headers: eve })).status).toBe(403);
    expect((await rest.send(target, { method: 'POST' })).status).toBe(401);
    expect((await rest.send(target, { method: 'POST', headers: { 'x-admin-key': 'wrong' } })).status).toBe(
      403,
    );
    expect((await rest.send(`/agents/tasks/x/${path}`, { method: 'POST', headers: eve })).status).toBe(403);
    expect(await rows(id)).toMatchObject([
      { action, outcome: 'refused', viewer: 'eve@example.org', via: 'rest', task: 'a' },
    ]);
  });
});

describeOnEither('Somebody known without the scope who tries to decide by PATCH', (database) => {
  it('leaves a row', async () => {
    const store = storeOf(database);
    const rest = await serve(database.db(), { trustedProxy: ['127.0.0.1'] });
    const input = { task: 'a', runId: 'r', status: 'awaiting_approval' as const };
    const { id } = (await createTask(store, everything, input)).task;
    const answer = await rest.send(`/agents/tasks/${id}`, {
      method: 'PATCH',
      headers: { 'x-user-email': 'eve@example.org' },
      json: { approval_state: 'rejected' },
    });
    expect(answer.status).toBe(403);
    expect(
      await store.db.query({
        text: 'SELECT action, outcome, viewer_name(viewer) AS viewer, via FROM decisions WHERE task_id = $1',
        values: [id],
      }),
    ).toEqual([{ action: 'reject', outcome: 'refused', viewer: 'eve@example.org', via: 'rest' }]);
    await rest.close();
  });
});

describeOnEither('The record of somebody whose address was written in upper and lower case', (database) => {
  it('is found however it is asked for', async () => {
    const store = storeOf(database);
    const rest = await serve(database.db(), { trustedProxy: ['127.0.0.1'] });
    const input = { task: 'a', runId: 'r', status: 'awaiting_approval' as const };
    const { id } = (await createTask(store, everything, input)).task;
    const headers = { 'x-user-email': 'Ann@Example.org', 'x-user-role': 'admin' };
    await rest.send(`/agents/tasks/${id}/approve`, { method: 'POST', headers });
    for (const viewer of ['ann@example.org', 'ANN@example.org', 'Ann@Example.org'])
      expect(await countDecisions(store.db, { viewer })).toBe(1);
    expect(await countDecisions(store.db, { viewer: 'ben@example.org' })).toBe(0);
    await rest.close();
  });
});
