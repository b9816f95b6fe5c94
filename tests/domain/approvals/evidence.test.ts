import { createHash } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { recordForbidden } from '../../../domain/approvals/forbidden.ts';
import { maxRefusalsAnHour, sumUpRefusals } from '../../../domain/audit/refusals.ts';
import { retryRun, retryTask } from '../../../domain/engine/retry.ts';
import { NotFoundError } from '../../../domain/input/errors.ts';
import { redeliver } from '../../../domain/notifications/redeliver.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';
import { playWorkers } from '../engine/support.ts';

const link = 'https://github.com/acme/site/pull/7';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

describeOnEither('The record', (database) => {
  const store = storeOf(database, [{ name: 'slack', recipient: null }]);
  const graphql = serveGraphql(database);
  const workers = playWorkers(store);
  const [ann, eve] = [viewerNamed('ann@example.org'), viewerNamed('Eve@example.org', ['read', 'report'])];
  beforeEach(() => database.truncate());

  const awaiting = async () =>
    (
      await createTask(store, everything, {
        task: 'make',
        runId: 'r',
        status: 'awaiting_approval',
        outputsUri: link,
        logExcerpt: 'shown 😀',
      })
    ).task.id;
  const rows = () =>
    store.db.query<Record<string, unknown>>({
      text: 'SELECT *, viewer_name(viewer) AS viewer FROM decisions ORDER BY id',
    });
  const anHourAgo = () =>
    store.db.query({ text: `UPDATE refusal_hours SET hour = hour - interval '1 hour'` });

  it('keeps with a decision the pull request, and hashes of the link and the excerpt that were shown', async () => {
    const id = await awaiting();
    await decideTask(store, ann, id, 'approve');
    expect(await rows()).toMatchObject([
      {
        viewer_kind: 'person',
        repository: 'github.com/acme/site',
        pull_number: 7,
        link_sha256: hashOf(link),
        excerpt_sha256: hashOf('shown 😀'),
      },
    ]);
    const { body } = await graphql.send(
      '{ decisions { nodes { viewerKind repository pullNumber linkSha256 excerptSha256 subject } } }',
    );
    expect(body.data.decisions.nodes).toEqual([
      {
        viewerKind: 'PERSON',
        repository: 'github.com/acme/site',
        pullNumber: 7,
        subject: null,
        linkSha256: hashOf(link),
        excerptSha256: hashOf('shown 😀'),
      },
    ]);
  });

  it('keeps by what the viewer proved who it is, its groups, the policy and the plan, also when the task is gone', async () => {
    const { planHash: hash } = await workers.start([
      { task: 'make', approval: 'always', policy: { required: 2 } },
    ]);
    const task = await workers.finish(await workers.leased(hash));
    const releaser = { ...ann, groups: ['release'], proof: 'proxy' as const };
    await decideTask(store, releaser, task.id, 'approve');
    const kept = {
      viewer: 'ann@example.org',
      proof: 'proxy',
      groups: ['release'],
      policy: { required: 2 },
      plan_hash: hash,
    };
    const ofAnn = async () => (await rows()).filter(({ viewer }) => viewer === 'ann@example.org');
    expect(await ofAnn()).toMatchObject([kept]);
    const { body } = await graphql.send(
      '{ decisions(filter: { viewer: "ann@example.org" }) { nodes { proof groups policy planHash } } }',
    );
    expect(body.data.decisions.nodes).toMatchObject([
      { proof: 'PROXY', groups: ['release'], policy: { required: 2 }, planHash: hash },
    ]);
  });

  it('has so many refusals of a viewer and hour, and one row for the rest when the hour is over', async () => {
    const id = await awaiting();
    const ids = [id, 4711, id];
    const attempts = Math.ceil((maxRefusalsAnHour + 20) / 2);
    for (let count = 0; count < attempts; count += 1)
      await recordForbidden(store.db, eve, { ids, action: 'approve', via: 'rest' });
    const limited = storeOf(database, [], { admins: ['ann@example.org'] });
    await expect(decideTask(limited, viewerNamed('eve@example.org'), id, 'reject')).rejects.toThrow();
    await expect(decideTask(limited, viewerNamed('mallory'), id, 'reject')).rejects.toThrow('ADMIN_USERS');
    expect(await rows()).toHaveLength(maxRefusalsAnHour + 1);
    expect(await sumUpRefusals(store.db)).toBe(0);
    await anHourAgo();
    const both = await Promise.all([sumUpRefusals(store.db), sumUpRefusals(store.db)]);
    expect(both.sort()).toEqual([0, 1]);
    const [last] = (await rows()).slice(-1);
    const left = attempts * 2 + 1 - maxRefusalsAnHour;
    expect(last).toMatchObject({
      task_id: null,
      outcome: 'refused',
      viewer: 'Eve@example.org',
      viewer_kind: 'person',
      refusal: expect.stringContaining(`${left} more attempts were refused between`),
    });
    await recordForbidden(store.db, eve, { ids, action: 'approve', via: 'rest' });
    expect(await rows()).toHaveLength(maxRefusalsAnHour + 4);
  });

  it('has nothing of tasks that do not exist', async () => {
    await expect(decideTask(store, ann, 4711, 'approve')).rejects.toThrow(NotFoundError);
    await recordForbidden(store.db, eve, { ids: [4711, 4712], action: 'approve', via: 'graphql' });
    expect(await rows()).toEqual([]);
  });

  it('says who retried, redelivered, registered and pruned', async () => {
    const steps = [{ task: 'a' }, { task: 'b' }];
    const run = await workers.start(steps);
    await workers.carryOut(run.planHash, () => ({ exitCode: 1 }));
    const [first, second] = run.tasks.map(({ id }) => id);
    await retryTask(store, ann, first ?? 0, 'rest');
    await workers.carryOut(run.planHash, () => ({ exitCode: 1 }));
    await retryRun(store, ann, { runId: run.runId, mode: 'failed' }, 'cli');
    const retried = (await rows()).filter(({ action }) => action === 'retry');
    expect(retried).toMatchObject([
      { task_id: first, outcome: 'done', viewer: 'ann@example.org', via: 'rest', from_status: 'failed' },
      { task_id: first, outcome: 'done', viewer: 'ann@example.org', via: 'cli', to_status: 'queued' },
      { task_id: second, run_id: run.runId },
    ]);

    const definition = planDefinition.parse({ name: 'weekly', steps });
    for (const viewer of [ann, ann, everything, everything]) await registerPlan(store.db, viewer, definition);
    const registered = (await rows()).filter(({ subject }) => subject === 'weekly');
    expect(registered).toMatchObject([
      { action: 'register', outcome: 'done', viewer: 'ann@example.org', task_id: null },
      { action: 'register', viewer: 'local', viewer_kind: 'shared' },
    ]);

    await awaiting();
    const [delivery] = await store.db.query<{ id: string }>({ text: 'SELECT id FROM deliveries LIMIT 1' });
    await redeliver(store, ann, delivery?.id ?? '');
    await pruneTasks(store, ann, '2001-01-01T00:00:00Z', 'rest');
    expect((await rows()).slice(-2)).toMatchObject([
      { action: 'redeliver', outcome: 'done', viewer: 'ann@example.org', subject: delivery?.id },
      {
        action: 'prune',
        outcome: 'done',
        viewer: 'ann@example.org',
        via: 'rest',
        subject: 'before 2001-01-01T00:00:00Z',
      },
    ]);
  });

  it('takes at most five mutations of one request', async () => {
    const id = await awaiting();
    const many = (count: number) =>
      Array.from(
        { length: count },
        (_, index) => `m${index}: approveTask(input: { databaseId: ${id} }) { __typename }`,
      );
    expect((await graphql.send(`mutation { ${many(5).join(' ')} }`)).status).toBe(200);
    for (const query of [
      `mutation { ${many(6).join(' ')} }`,
      `mutation { ...F ${many(3).join(' ')} } fragment F on Mutation { ... on Mutation { ${many(6).slice(3).join(' ')} } }`,
    ]) {
      const { body } = await graphql.send(query);
      expect(body.errors[0].message).toContain('at most 5 mutations');
    }
    expect(await rows()).toHaveLength(5);
  });
});
