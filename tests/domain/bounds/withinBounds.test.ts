import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { decideByLink } from '../../../domain/approvals/decideByLink.ts';
import { decideTasks } from '../../../domain/approvals/decideTasks.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { finishAndLease } from '../../../domain/engine/finishAndLease.ts';
import { awaitLease } from '../../../domain/engine/lease.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { OutOfBoundsError } from '../../../domain/input/errors.ts';
import type { Bounds, Viewer } from '../../../domain/input/viewer.ts';
import { redeliver } from '../../../domain/notifications/redeliver.ts';
import { hashDefinition, planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { trustOrigins } from '../../../domain/plans/trustOrigins.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';
import { playWorkers } from '../engine/support.ts';

const service = (bounds: Bounds): Viewer => ({
  ...viewerNamed('service:ci'),
  kind: 'service',
  bounds,
});
const outside = (what: string) =>
  expect.objectContaining({ message: expect.stringContaining(`may not ${what}`) });

describeOnBoth('A key with bounds', (database) => {
  const store = storeOf(database, [{ name: 'slack', recipient: null }]);
  const workers = playWorkers(store);
  const rows = <Row>(text: string) => store.db.query<Row>({ text });
  const plan = (name: string, steps: object[] = [{ task: 'make', approval: 'always' }]) =>
    planDefinition.parse({ name, concurrency: 5, steps });
  const home = (project: string, isGuessed = false) => ({ project, isGuessed });
  const start = (definition: object, more: object = {}) =>
    startRun(store, everything, startRunInput.parse({ definition, runId: randomUUID(), ...more }));
  /** Starts a run of a plan of one step, and gives its task once it awaits approval. */
  const held = async (name: string) => {
    const { planHash, tasks } = await start(plan(name));
    await workers.carryOut(planHash);
    return tasks[0]?.id ?? 0;
  };
  const ask = (planHashes: string[], bounds: Bounds, waitMs = 0) =>
    awaitLease(
      store,
      { worker: 'w2', requestId: randomUUID(), planHashes, runIds: [], labels: [] },
      waitMs,
      undefined,
      { viewer: 'service:ci', address: undefined, bounds },
    );
  const isWaiting = () =>
    eventually(async () =>
      expect(await rows(`SELECT 1 FROM worker_looks WHERE worker = 'w2'`)).toHaveLength(1),
    );
  const refused = () =>
    rows<object>(
      `SELECT action, viewer_kind, subject, task_id, refusal FROM decisions WHERE outcome = 'refused' ORDER BY id`,
    );
  beforeEach(() => database.truncate());

  it('leaves a row in the record for each decision that lies outside', async () => {
    const nightly = await held('nightly');
    const weekly = await held('weekly');
    const key = service({ plans: ['nightly'] });
    await expect(decideTask(store, key, weekly, 'approve')).rejects.toThrow(OutOfBoundsError);
    await expect(
      trustOrigins(store, key, { plan: 'weekly', origins: ['github.com/acme/site'] }),
    ).rejects.toThrow(OutOfBoundsError);
    const refusal = `This key may not change task ${weekly} of the plan weekly. It is limited to the plans nightly.`;
    const row = { action: 'approve', viewer_kind: 'service', subject: null, task_id: weekly, refusal };
    expect(await refused()).toMatchObject([row, { action: 'trust', subject: 'weekly', task_id: null }]);

    // Of several nothing is decided if one is outside.
    const both = [{ id: nightly }, { id: weekly }];
    await expect(decideTasks(store, key, both, 'reject')).rejects.toThrow(refusal);
    expect((await refused()).slice(2)).toMatchObject([{ ...row, action: 'reject' }]);
    expect((await readTask(store.db, nightly)).status).toBe('awaiting_approval');
    await decideTasks(store, key, [{ id: nightly }], 'reject');
    expect((await readTask(store.db, nightly)).status).toBe('failed');
  });

  it('adds nothing to a link, as no key of a service does', async () => {
    const { planHash, tasks } = await start(
      plan('weekly', [{ task: 'make', approval: 'always', policy: { risk: 'high' } }]),
    );
    await workers.carryOut(planHash);
    const [approval] = await rows<{ id: number }>('SELECT id FROM approvals');
    const token = (await createLink(store.db, approval?.id ?? 0, 'ann@example.org')) ?? '';
    const decide = (viewer: Viewer) =>
      decideByLink(store, { token, action: 'approve', seenHead: null, seenLink: '', viewer });
    for (const bounds of [{ plans: ['nightly'] }, { plans: ['weekly'] }])
      await expect(decide(service(bounds))).rejects.toThrow('The key of a service does not count at a link');
    expect((await readTask(store.db, tasks[0]?.id ?? 0)).status).toBe('awaiting_approval');
  });

  it('has its report count, though it wishes for more than it may run', async () => {
    const { planHash } = await start(plan('nightly'));
    const other = await start(plan('weekly'));
    const lease = await workers.leased(planHash);
    const report = attemptReport.parse({ ending: 'exit', exitCode: 1, durationMs: 1 });
    const wish = { worker: 'w1', requestId: randomUUID(), runIds: [], labels: [] };
    const finish = (planHashes: string[]) =>
      finishAndLease(store, lease.leaseId, report, { ...wish, planHashes }, { plans: ['nightly'] });
    expect(await finish([other.planHash])).toMatchObject({ task: { status: 'failed' }, next: null });
    expect((await readTask(store.db, other.tasks[0]?.id ?? 0)).status).toBe('queued');
    expect(await finish([planHash])).toMatchObject({ next: { lease: null } });
  });

  it('gets no lease of another key by its request', async () => {
    const own = await start(plan('nightly'));
    const { planHash } = await start(plan('weekly'));
    const requestId = randomUUID();
    await workers.ask(planHash, { requestId });
    const asked = { worker: 'w1', requestId, planHashes: [own.planHash], runIds: [], labels: [] };
    const from = { viewer: 'service:ci', address: undefined, bounds: { plans: ['nightly'] } };
    await expect(awaitLease(store, asked, 0, undefined, from)).rejects.toEqual(
      outside('change the plan weekly'),
    );
  });

  it('leases nothing of a content that came to be known while it waited', async () => {
    const { hash } = await registerPlan(store.db, everything, plan('nightly'));
    const weekly = plan('weekly');
    const lease = ask([hash, hashDefinition(weekly)], { plans: ['nightly'] }, 20_000);
    await isWaiting();
    const { planHash, tasks } = await start(weekly);
    expect(planHash).toBe(hashDefinition(weekly));
    const { runId } = await start(plan('nightly'));
    expect((await lease)?.runId).toBe(runId);
    expect((await readTask(store.db, tasks[0]?.id ?? 0)).status).toBe('queued');
  });

  it('leases nothing of a plan that went to another project while it waited, and somebody else does', async () => {
    await registerPlan(store.db, everything, plan('first'), 'graphql', home('acme/first'));
    const content = plan('nightly');
    const { hash } = await registerPlan(store.db, everything, content, 'graphql', home('site', true));
    await expect(ask([hash], { projects: ['acme/site'] })).rejects.toEqual(
      outside('change the plan site:nightly'),
    );
    const lease = ask([hash], { projects: ['site'] }, 20_000);
    const told = expect(lease).rejects.toEqual(outside('change the plan acme/site:nightly'));
    await isWaiting();
    await registerPlan(store.db, everything, content, 'graphql', home('acme/site'));
    const run = await start(content, { home: home('acme/site') });
    expect(run.planHash).toBe(hash);
    await told;
    expect((await workers.leased(hash)).runId).toBe(run.runId);
  });

  it('cancels no run in which somebody reports what it may not change', async () => {
    const { runId, tasks } = await start(plan('nightly'));
    const reported = { task: 'seo.check', runId, status: 'running' } as const;
    const { task } = await createTask(store, everything, reported);
    const cancel = (bounds: Bounds) => cancelRun(store, service(bounds), runId);
    await expect(cancel({ plans: ['nightly'] })).rejects.toEqual(
      outside('change the external task seo.check'),
    );
    await expect(cancel({ plans: ['nightly'], tasks: ['db.*'] })).rejects.toThrow(OutOfBoundsError);
    await expect(cancel({ tasks: ['seo.*'] })).rejects.toEqual(outside(`change the run ${runId}`));
    for (const id of [task.id, tasks[0]?.id ?? 0])
      expect((await readTask(store.db, id)).status).not.toBe('skipped');
    expect(await cancel({ plans: ['nightly'], tasks: ['seo.*'] })).toBe(2);
  });

  it('reports nothing into the run of a plan that it may not change', async () => {
    const { runId } = await start(plan('nightly'));
    const report = (bounds: Bounds, task = 'seo.check') =>
      createTask(store, service(bounds), { task, runId, status: 'running' }, randomUUID());
    await expect(report({ tasks: ['seo.*'] })).rejects.toEqual(outside(`change the run ${runId}`));
    await expect(report({ tasks: ['seo.*'], plans: ['weekly'] })).rejects.toThrow(OutOfBoundsError);
    await expect(report({ tasks: ['seo.*'], plans: ['nightly'] }, 'db.check')).rejects.toThrow(
      OutOfBoundsError,
    );
    expect(await rows('SELECT 1 FROM agents_tasks WHERE step IS NULL')).toEqual([]);
    expect(await rows('SELECT 1 FROM idempotency_keys')).toEqual([]);
    const { task } = await report({ tasks: ['seo.*'], plans: ['nightly'] });
    expect(task.runId).toBe(runId);

    // Nor does it change one that is there.
    const change = (bounds: Bounds) => updateTask(store, service(bounds), task.id, { status: 'succeeded' });
    for (const bounds of [{ tasks: ['seo.*'] }, { plans: ['nightly'] }, { tasks: ['*'], plans: ['weekly'] }])
      await expect(change(bounds)).rejects.toThrow(OutOfBoundsError);
    expect((await change({ tasks: ['seo.*'], plans: ['nightly'] })).status).toBe('succeeded');
  });

  it('takes no plan over from what it may not change', async () => {
    const content = plan('nightly');
    const owners = () => rows('SELECT name, project FROM plans ORDER BY name, project');
    const register = (bounds: Bounds, definition = content, project = 'acme/site') =>
      registerPlan(store.db, service(bounds), definition, 'graphql', home(project));
    const key = { projects: ['acme/site'] };
    await registerPlan(store.db, everything, plan('first'), 'graphql', home('acme/first'));

    // From a project that was only guessed.
    await registerPlan(store.db, everything, content, 'graphql', home('site', true));
    await expect(register(key)).rejects.toEqual(
      outside(
        'register the plan nightly, which continues that of site. Register it once with a key without bounds',
      ),
    );
    // From before there were projects: this content, and another one of the name.
    await registerPlan(store.db, everything, plan('weekly'));
    for (const definition of [plan('weekly'), plan('weekly', [{ task: 'new' }])])
      await expect(register(key, definition)).rejects.toEqual(
        outside('register the plan weekly, which continues the plan of no project'),
      );
    // Without a project it is that which has the plan.
    await expect(registerPlan(store.db, service(key), content)).rejects.toThrow(OutOfBoundsError);
    await expect(registerPlan(store.db, service(key), plan('monthly'))).rejects.toThrow(OutOfBoundsError);
    const before = [
      { name: 'first', project: 'acme/first' },
      { name: 'nightly', project: 'site' },
      { name: 'weekly', project: '' },
    ];
    expect(await owners()).toEqual(before);

    // A plan of its own, though other projects have the same content, it may register.
    await register(key, plan('first'));
    await register(key, plan('monthly'));
    expect(await owners()).toHaveLength(before.length + 2);
    // With both projects inside it may.
    await registerPlan(store.db, everything, plan('daily'), 'graphql', home('site', true));
    await register({ projects: ['acme/site', 'site'] }, plan('daily'));
    expect(await rows(`SELECT project FROM plans WHERE name = 'daily'`)).toEqual([{ project: 'acme/site' }]);
    // By name alone, all projects are alike to it.
    await register({ plans: ['nightly'] });
    expect(await rows(`SELECT project FROM plans WHERE name = 'nightly'`)).toEqual([
      { project: 'acme/site' },
    ]);
  });

  it('sends again what is about a plan that it may change, and no digest', async () => {
    const send = async (payload: object, runId: string | null, bounds: Bounds) => {
      const id = randomUUID();
      await store.db.query({
        text: `INSERT INTO deliveries (id, kind, channel, run_id, payload, state) VALUES ($1, 'digest', 'slack', $2, $3, 'failed')`,
        values: [id, runId, JSON.stringify(payload)],
      });
      return redeliver(store, service(bounds), id);
    };
    const { runId } = await start(plan('nightly'));
    const key = { plans: ['nightly'] };
    expect((await send({}, runId, key)).state).toBe('pending');
    expect((await send({ plan: 'nightly', project: '' }, 'deleted', key)).state).toBe('pending');
    expect((await send({ plan: 'nightly', project: null }, null, key)).state).toBe('pending');
    await expect(send({}, runId, { plans: ['weekly'] })).rejects.toEqual(outside('change the run'));
    await expect(send({ plan: 'weekly' }, null, key)).rejects.toEqual(outside('change the plan weekly'));
    for (const run of [null, 'deleted'])
      await expect(send({}, run, key)).rejects.toEqual(
        outside('send a notification about several plans again'),
      );
  });
});
