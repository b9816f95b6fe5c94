import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { LostLeaseError, RunExistsError } from '../../../domain/engine/errors.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { finishAttempt, sweepLeases } from '../../../domain/engine/finishAttempt.ts';
import { awaitLease, leaseTask } from '../../../domain/engine/lease.ts';
import type { Lease } from '../../../domain/engine/leaseTypes.ts';
import { type StartedRun, startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { IllegalTransitionError, InvalidInputError } from '../../../domain/input/errors.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';

const noPause = { delayMs: 0, factor: 1, maxMs: 0 };

describeOnBoth('The engine', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  const start = (steps: object[], more: object = {}) =>
    startRun(
      store,
      everything,
      startRunInput.parse({
        definition: { name: 'night', concurrency: 10, steps },
        runId: randomUUID(),
        ...more,
      }),
    );
  const ask = (planHash: string, more: object = {}) =>
    leaseTask(store, {
      worker: 'w1',
      requestId: randomUUID(),
      planHashes: [planHash],
      runIds: [],
      labels: [],
      ...more,
    });
  const report = (more: object = {}) =>
    attemptReport.parse({ ending: 'exit', exitCode: 0, durationMs: 5, ...more });
  const statuses = async ({ runId }: StartedRun) =>
    Object.fromEntries(
      (
        await store.db.query<{ task: string; status: string }>({
          text: 'SELECT task, status FROM agents_tasks WHERE run_id = $1',
          values: [runId],
        })
      ).map(({ task, status }) => [task, status]),
    );
  const lapse = (leaseId: string) =>
    store.db.query({
      text: "UPDATE task_attempts SET lease_expires_at = now() - interval '1 second' WHERE lease_id = $1",
      values: [leaseId],
    });
  const leased = async (planHash: string): Promise<Lease> => {
    const lease = await ask(planHash);
    if (lease === null) throw new Error('Nothing was there to lease.');
    return lease;
  };

  it('leases a task once, and its success releases what needs it with its outputs', async () => {
    const run = await start([{ task: 'a' }, { task: 'b', needs: ['a'] }]);
    const lease = await leased(run.planHash);
    expect(lease).toMatchObject({ task: 'a', number: 1, runId: run.runId, needs: {} });
    expect(await ask(run.planHash)).toBeNull();
    await finishAttempt(store, lease.leaseId, report({ outputs: { size: '3' } }));
    expect(await leased(run.planHash)).toMatchObject({ task: 'b', needs: { a: { size: '3' } } });
    expect(await statuses(run)).toEqual({ a: 'succeeded', b: 'running' });
  });

  it('skips, all the way down, what needs a task that failed', async () => {
    const run = await start([
      { task: 'c', needs: ['b'] },
      { task: 'a' },
      { task: 'b', needs: ['a'] },
      { task: 'd' },
    ]);
    const first = await leased(run.planHash);
    const second = await leased(run.planHash);
    const failing = [first, second].find(({ task }) => task === 'a');
    await finishAttempt(store, failing?.leaseId ?? '', report({ exitCode: 1 }));
    expect(await statuses(run)).toEqual({ a: 'failed', b: 'skipped', c: 'skipped', d: 'running' });
    const b = run.tasks.find(({ task }) => task === 'b');
    expect((await readTask(store.db, b?.id ?? 0)).logExcerpt).toContain('needs a, which failed');
  });

  it('makes another attempt while tries are left, and fails after the last', async () => {
    const run = await start([{ task: 'a', retries: 1, backoff: noPause }]);
    const first = await leased(run.planHash);
    expect(await finishAttempt(store, first.leaseId, report({ exitCode: 1 }))).toMatchObject({
      status: 'queued',
    });
    const second = await leased(run.planHash);
    expect(second.number).toBe(2);
    expect(await finishAttempt(store, second.leaseId, report({ exitCode: 1 }))).toMatchObject({
      status: 'failed',
    });
    expect(await ask(run.planHash)).toBeNull();
  });

  it('waits for the pause before another attempt', async () => {
    const run = await start([
      { task: 'a', retries: 1, backoff: { delayMs: 60_000, factor: 1, maxMs: 60_000 } },
    ]);
    await finishAttempt(store, (await leased(run.planHash)).leaseId, report({ exitCode: 1 }));
    expect(await ask(run.planHash)).toBeNull();
    expect(await statuses(run)).toEqual({ a: 'queued' });
  });

  it('refuses the report and the sign of life of a lapsed lease, and runs the task again', async () => {
    const run = await start([{ task: 'a', retries: 1, backoff: noPause }]);
    const late = await leased(run.planHash);
    await lapse(late.leaseId);
    await expect(finishAttempt(store, late.leaseId, report())).rejects.toThrow(LostLeaseError);
    await expect(extendLease(store, late.leaseId)).rejects.toThrow(LostLeaseError);
    const lapsed: string[] = [];
    expect(await sweepLeases(store, ({ task }) => lapsed.push(task))).toBe(1);
    expect(lapsed).toEqual(['a']);
    expect(await sweepLeases(store)).toBe(0);
    const again = await leased(run.planHash);
    await expect(finishAttempt(store, late.leaseId, report())).rejects.toThrow(LostLeaseError);
    await finishAttempt(store, again.leaseId, report());
    expect(await statuses(run)).toEqual({ a: 'succeeded' });
    const attempts = await store.db.query({
      text: `SELECT number, ended_by FROM task_attempts WHERE task_id = $1 ORDER BY number`,
      values: [again.taskId],
    });
    expect(attempts).toEqual([
      { number: 1, ended_by: 'lost' },
      { number: 2, ended_by: 'exit' },
    ]);
  });

  it('ends a lapsed attempt although another one cannot be ended', async () => {
    const broken = await start([{ task: 'a', retries: 1 }]);
    const whole = await start([{ task: 'b' }]);
    for (const { planHash } of [broken, whole]) await lapse((await leased(planHash)).leaseId);
    await store.db.query({
      text: 'UPDATE agents_tasks SET step = 99 WHERE run_id = $1',
      values: [broken.runId],
    });
    await expect(sweepLeases(store)).rejects.toThrow(/no step 99/);
    expect([await statuses(broken), await statuses(whole)]).toEqual([{ a: 'running' }, { b: 'failed' }]);
  });

  it('gives a repeated request the same lease, and takes a repeated report once', async () => {
    const run = await start([{ task: 'a' }]);
    const requestId = randomUUID();
    const lease = await ask(run.planHash, { requestId });
    expect(await ask(run.planHash, { requestId })).toMatchObject({ leaseId: lease?.leaseId, number: 1 });
    const { reason, ...first } = await finishAttempt(store, lease?.leaseId ?? '', report());
    expect(reason).toBeNull();
    expect(await finishAttempt(store, lease?.leaseId ?? '', report())).toEqual(first);
    await expect(finishAttempt(store, lease?.leaseId ?? '', report({ exitCode: 1 }))).rejects.toThrow(
      LostLeaseError,
    );
  });

  it('gives a repeated request no second lease when the first has lapsed', async () => {
    const run = await start([{ task: 'a' }, { task: 'b' }, { task: 'c' }]);
    const requestId = randomUUID();
    const lease = await ask(run.planHash, { requestId });
    await lapse(lease?.leaseId ?? '');
    expect(await ask(run.planHash, { requestId })).toBeNull();
    await sweepLeases(store);
    expect(await ask(run.planHash, { requestId })).toBeNull();
    expect(Object.values(await statuses(run)).sort()).toEqual(['failed', 'queued', 'queued']);
  });

  it('gives one lease to a request that is sent again while the first is on its way', async () => {
    const run = await start(Array.from({ length: 5 }, (_, index) => ({ task: `t${index}` })));
    const requestId = randomUUID();
    const wanted = { worker: 'w1', requestId, planHashes: [run.planHash], runIds: [], labels: [] };
    const leases = await Promise.all(Array.from({ length: 20 }, () => awaitLease(store, wanted, 5000)));
    expect(new Set(leases.map((lease) => lease?.leaseId)).size).toBe(1);
    expect(leases[0]?.leaseId).toBeTruthy();
    expect(Object.values(await statuses(run)).filter((status) => status === 'running')).toHaveLength(1);
    await finishAttempt(store, leases[0]?.leaseId ?? '', report());
    expect(await ask(run.planHash, { requestId })).toBeNull();
  });

  it('starts one run however many ask for it at once, and refuses the same id for another plan or other steps', async () => {
    const runId = randomUUID();
    const runs = await Promise.all(Array.from({ length: 20 }, () => start([{ task: 'a' }], { runId })));
    expect(runs.filter(({ started }) => started)).toHaveLength(1);
    expect(new Set(runs.map(({ tasks }) => tasks[0]?.id)).size).toBe(1);
    await expect(start([{ task: 'b' }], { runId })).rejects.toThrow(RunExistsError);
    const part = { runId: randomUUID(), steps: ['b'] };
    await start([{ task: 'a' }, { task: 'b' }], part);
    expect(await start([{ task: 'a' }, { task: 'b' }], part)).toMatchObject({ started: false });
    const whole = start([{ task: 'a' }, { task: 'b' }], { ...part, steps: null });
    await expect(whole).rejects.toThrow(RunExistsError);
  });

  it('gives a task to the next worker, whatever its retries, when its worker was stopped before the command began', async () => {
    const run = await start([{ task: 'a', retries: 0 }]);
    const stopped = { ending: 'interrupted', exitCode: null };
    const unbegun = report({ ...stopped, durationMs: 0 });
    expect(await finishAttempt(store, (await leased(run.planHash)).leaseId, unbegun)).toMatchObject({
      status: 'queued',
    });
    const begun = report({ ...stopped, durationMs: 5 });
    const lease = await leased(run.planHash);
    expect(lease.number).toBe(2);
    expect(await finishAttempt(store, lease.leaseId, begun)).toMatchObject({ status: 'failed' });
  });

  it('holds dependants until what awaits approval is approved', async () => {
    const run = await start([{ task: 'a' }, { task: 'b', needs: ['a'] }]);
    const lease = await leased(run.planHash);
    const outputsUri = 'https://github.com/o/r/pull/1';
    expect(await finishAttempt(store, lease.leaseId, report({ outputsUri }))).toMatchObject({
      status: 'awaiting_approval',
      approvalState: 'pending',
    });
    expect(await ask(run.planHash)).toBeNull();
    await decideTask(store, everything, lease.taskId, 'approve');
    expect(await leased(run.planHash)).toMatchObject({ task: 'b' });
  });

  it('holds a task whose pull request an earlier try has named, though the last one names none', async () => {
    const link = 'https://github.com/o/r/pull/7';
    for (const first of [{ candidates: [link] }, { outputsUri: link }]) {
      const run = await start([
        { task: 'opens', retries: 1, backoff: noPause },
        { task: 'needy', needs: ['opens'] },
      ]);
      await finishAttempt(
        store,
        (await leased(run.planHash)).leaseId,
        report({ ending: 'exit', exitCode: 1, ...first }),
      );
      const task = await finishAttempt(store, (await leased(run.planHash)).leaseId, report());
      expect(task).toMatchObject({ status: 'awaiting_approval', outputsUri: link });
      expect(await ask(run.planHash)).toBeNull();
      await decideTask(store, everything, task.id, 'approve');
      expect((await leased(run.planHash)).task).toBe('needy');
    }
  });

  it('skips dependants of what was rejected', async () => {
    const run = await start([
      { task: 'a', approval: 'always' },
      { task: 'b', needs: ['a'] },
    ]);
    const lease = await leased(run.planHash);
    await finishAttempt(store, lease.leaseId, report());
    await decideTask(store, everything, lease.taskId, 'reject');
    expect(await statuses(run)).toEqual({ a: 'failed', b: 'skipped' });
  });

  it('tells the worker of a cancellation and keeps its report on record only', async () => {
    const run = await start([{ task: 'a' }]);
    const lease = await leased(run.planHash);
    expect(await extendLease(store, lease.leaseId)).toMatchObject({ cancelled: false });
    await decideTask(store, everything, lease.taskId, 'cancel');
    expect(await extendLease(store, lease.leaseId)).toMatchObject({ cancelled: true });
    const task = await finishAttempt(store, lease.leaseId, report({ ending: 'cancelled', exitCode: null }));
    expect(task).toMatchObject({ status: 'skipped', approvalState: 'cancelled' });
  });

  it('gives a cancelled task that waits to no worker', async () => {
    const run = await start([{ task: 'a' }]);
    await decideTask(store, everything, run.tasks[0]?.id ?? 0, 'cancel');
    expect(await ask(run.planHash)).toBeNull();
  });

  it('keeps to the concurrency of the plan', async () => {
    const run = await start([{ task: 'a' }, { task: 'b' }], {
      definition: { name: 'narrow', concurrency: 1, steps: [{ task: 'a' }, { task: 'b' }] },
    });
    const lease = await leased(run.planHash);
    expect(await ask(run.planHash)).toBeNull();
    await finishAttempt(store, lease.leaseId, report());
    expect(await leased(run.planHash)).toMatchObject({ task: 'b' });
  });

  it('never lets two tasks with one lock run at once, across runs', async () => {
    const lock = 'deploy';
    const one = await start([{ task: 'a', lock }]);
    const two = await start([{ task: 'b', lock }]);
    const lease = await leased(one.planHash);
    expect(await ask(two.planHash)).toBeNull();
    await finishAttempt(store, lease.leaseId, report());
    expect(await leased(two.planHash)).toMatchObject({ task: 'b' });
  });

  it('gives a labelled step only to workers with all its labels', async () => {
    const run = await start([{ task: 'a', labels: ['gpu', 'linux'] }]);
    expect(await ask(run.planHash, { labels: ['linux'] })).toBeNull();
    expect(await ask(run.planHash, { labels: ['big', 'linux', 'gpu'] })).toMatchObject({ task: 'a' });
  });

  it('gives the tasks of an exclusive run only to a worker that names the run', async () => {
    const run = await start([{ task: 'a' }], { exclusive: true });
    expect(await ask(run.planHash)).toBeNull();
    expect(await ask(run.planHash, { planHashes: [], runIds: [run.runId] })).toMatchObject({ task: 'a' });
  });

  it('runs chosen steps as if the others were done', async () => {
    const run = await start([{ task: 'a' }, { task: 'b', needs: ['a'] }], { steps: ['b'] });
    expect(await leased(run.planHash)).toMatchObject({ task: 'b', needs: {} });
  });

  it('gives the outputs of what a step needs up to 16 MB, and says which were too many', async () => {
    const names = Array.from({ length: 70 }, (_, index) => `t${index}`);
    const steps = names.map((task) => ({ task }));
    const outputs = { text: 'x'.repeat(250 * 1024) };
    const run = await start([...steps, { task: 'last', needs: names }]);
    const needs: (object | null)[] = [];
    for (let lease = await ask(run.planHash); lease !== null; lease = await ask(run.planHash)) {
      if (lease.task === 'last') needs.push(...Object.values(lease.needs));
      await finishAttempt(store, lease.leaseId, report(lease.task === 'last' ? {} : { outputs }));
    }
    expect(needs).toHaveLength(70);
    expect(needs.filter((one) => one === null)).toHaveLength(5);
  });

  it('leases each of many tasks once to workers that ask all at once', async () => {
    const run = await start(
      Array.from({ length: 30 }, (_, index) => ({ task: `t${index}` })),
      {},
    );
    const seen: string[] = [];
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let lease = await ask(run.planHash); lease !== null; lease = await ask(run.planHash)) {
          seen.push(lease.task);
          await finishAttempt(store, lease.leaseId, report());
        }
      }),
    );
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(30);
    expect(Object.values(await statuses(run)).every((status) => status === 'succeeded')).toBe(true);
  });

  it('lets no report move a task of a run', async () => {
    const run = await start([{ task: 'a' }]);
    const id = run.tasks[0]?.id ?? 0;
    await expect(updateTask(store, everything, id, { status: 'succeeded' })).rejects.toThrow(
      IllegalTransitionError,
    );
    expect(await statuses(run)).toEqual({ a: 'queued' });
  });

  it('refuses plans whose graph is wrong, naming the step', async () => {
    for (const steps of [
      [
        { task: 'a', needs: ['b'] },
        { task: 'b', needs: ['a'] },
      ],
      [{ task: 'a', needs: ['x'] }],
      [{ task: 'a' }, { task: 'a' }],
    ]) {
      await expect(start(steps)).rejects.toThrow(InvalidInputError);
    }
    expect(planDefinition.safeParse({ name: 'n', steps: [] }).success).toBe(false);
  });
});
