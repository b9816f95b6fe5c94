import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../database/database.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { TaskChangesHub } from '../../../domain/changes/changes.ts';
import { joinReplicas } from '../../../domain/changes/replicas.ts';
import { WorkSignal } from '../../../domain/changes/workSignal.ts';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { finishAndLease } from '../../../domain/engine/finishAndLease.ts';
import { finishAttempt } from '../../../domain/engine/finishAttempt.ts';
import { awaitLease } from '../../../domain/engine/lease.ts';
import type { Lease } from '../../../domain/engine/leaseTypes.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { scopeOfPlan } from '../../../domain/queue/queueName.ts';
import { queueProvider } from '../../../domain/queue/queueProvider.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import type { Store } from '../../../domain/store.ts';
import { createTaskInput } from '../../../domain/tasks/input.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { inheritedNames } from '../../support/inheritedNames.ts';

describe('Replicas of the server on one PostgreSQL', () => {
  const database = useDatabase('postgres');
  let here: Store;
  let there: Store;
  const faults: unknown[] = [];
  beforeAll(async () => {
    const first = await replica(database.db());
    const second = await replica(await openDatabase(database.config()));
    here = first.store;
    there = second.store;
    return async () => {
      await Promise.all([first.stop(), second.stop()]);
      await there.db.close();
    };
  });
  beforeEach(() => database.truncate());
  afterEach(() => expect(faults.splice(0)).toEqual([]));

  async function replica(db: Database, isLasting = false) {
    const queue = queueProvider(db, () => undefined);
    const store: Store = {
      db,
      changes: new TaskChangesHub(),
      queue: queue.get,
      work: new WorkSignal(),
      leaseMs: 30_000,
    };
    const joined = await joinReplicas(store, (error) => faults.push(error), { isLasting });
    return { store, stop: () => Promise.all([joined.stop(), queue.stop()]) };
  }

  const begin = (steps: object[], more: object = {}) =>
    startRun(
      here,
      everything,
      startRunInput.parse({ definition: { name: 'night', steps, ...more }, runId: randomUUID() }),
    );
  const wanted = (planHash: string) => ({
    worker: 'w',
    requestId: randomUUID(),
    planHashes: [planHash],
    runIds: [],
    labels: [],
  });
  const report = (runId: string, task = 'a.b') =>
    createTask(here, everything, createTaskInput.parse({ task, runId, status: 'running' }));

  it('tell each other of every change of a watched run, and of no other', async () => {
    const watch = there.changes.watchRun('seen');
    await report('unseen');
    const { task } = await report('seen');
    expect((await watch.next()).value).toBe(task.id);
    const made: number[] = [];
    for (let index = 0; index < 300; index++) made.push((await report('seen', `task-${index}`)).task.id);
    const seen: unknown[] = [];
    while (seen.length < 300) seen.push((await watch.next()).value);
    expect(seen).toEqual(made);
    await watch.return?.();
  });

  it('tell each other of runs whose names every object inherits or take many bytes', async () => {
    for (const runId of [...inheritedNames, '夜'.repeat(64)]) {
      const watch = there.changes.watchRun(runId);
      const { task } = await report(runId);
      expect((await watch.next()).value).toBe(task.id);
      await watch.return?.();
    }
    const watch = there.changes.watchRun('夜'.repeat(64));
    await Promise.all(Array.from({ length: 200 }, (_, index) => report('夜'.repeat(64), `t${index}`)));
    const seen = new Set<unknown>();
    while (seen.size < 200) seen.add((await watch.next()).value);
    await watch.return?.();
  });

  it('wake a worker that waits for work at another one', async () => {
    const run = await begin([{ task: 'a' }, { task: 'b', needs: ['a'] }]);
    const lease = await awaitLease(there, wanted(run.planHash), 0);
    const next = awaitLease(there, wanted(run.planHash), waitLimitMs);
    const woken = new Promise<void>((resolve) => there.work.listen(scopeOfPlan(run.planHash), resolve));
    const done = attemptReport.parse({ ending: 'exit', exitCode: 0, durationMs: 1 });
    await finishAttempt(here, lease?.leaseId ?? '', done);
    await woken;
    expect((await next)?.task).toBe('b');
  });

  it('wake as many as there are jobs, first where these come up, and lose none though nobody looks by the clock', async () => {
    for (const { work } of [here, there]) work.lookForDue = async () => [];
    const steps = Array.from({ length: 6 }, (_, index) => ({ task: `t${index}`, needs: ['known'] }));
    const { planHash } = await begin([{ task: 'known' }, ...steps], { concurrency: 8 });
    const first = await awaitLease(here, wanted(planHash), 0);
    const gone = new AbortController();
    const got = { here: 0, there: 0 };
    const leases: Promise<unknown>[] = [];
    const wait = (where: 'here' | 'there', signal?: AbortSignal) => {
      const store = where === 'here' ? here : there;
      const lease = awaitLease(store, wanted(planHash), waitLimitMs, signal).then((found) => {
        if (found) got[where] += 1;
      });
      leases.push(lease);
    };
    for (let count = 0; count < 3; count += 1) wait('here');
    for (let count = 0; count < 5; count += 1) wait('there', gone.signal);
    await eventually(async () => expect(here.work.size + there.work.size).toBe(8));
    const done = attemptReport.parse({ ending: 'exit', exitCode: 0, durationMs: 1 });
    await finishAttempt(here, first?.leaseId ?? '', done);
    await eventually(async () => expect(got).toEqual({ here: 3, there: 3 }));
    expect(there.work.size).toBe(2);
    gone.abort();
    await Promise.all(leases);
  });

  it('lose no wake while workers at both wish for more with each report, and nobody looks by the clock', async () => {
    for (const { work } of [here, there]) work.lookForDue = async () => [];
    const steps = Array.from({ length: 10 }, (_, index) => ({
      task: `t${index}`,
      needs: index < 2 ? [] : [`t${index - 2}`],
    }));
    const runs: Awaited<ReturnType<typeof begin>>[] = [];
    for (let count = 0; count < 6; count += 1) runs.push(await begin(steps, { concurrency: 2 }));
    const over = new AbortController();
    const seen: string[] = [];
    const done = attemptReport.parse({ ending: 'exit', exitCode: 0, durationMs: 1 });
    async function work(store: Store, worker: string): Promise<void> {
      const wish = () => ({ ...wanted(runs[0]?.planHash ?? ''), worker });
      for (let lease: Lease | null | undefined; !over.signal.aborted; ) {
        lease ??= await awaitLease(store, wish(), waitLimitMs, over.signal);
        if (lease === null) return;
        seen.push(`${lease.runId} ${lease.task}`);
        lease = (await finishAndLease(store, lease.leaseId, done, wish())).next?.lease;
        if (seen.length === 60) over.abort();
      }
    }
    await Promise.all(
      [here, there].flatMap((store, index) => [0, 1, 2].map((one) => work(store, `w${index}${one}`))),
    );
    expect(new Set(seen).size).toBe(60);
  });

  it('tell the holder of a lease at another one at once that its task was cancelled', async () => {
    const run = await begin([{ task: 'a' }]);
    const lease = await awaitLease(there, wanted(run.planHash), 0);
    const held = extendLease(there, lease?.leaseId ?? '', waitLimitMs);
    await decideTask(here, everything, lease?.taskId ?? 0, 'cancel');
    expect(await held).toMatchObject({ cancelled: true });
  });

  it('tell again what is watched after the connection of one was cut', async () => {
    const watch = there.changes.watchRun('cut');
    const { task: first } = await report('cut');
    expect((await watch.next()).value).toBe(first.id);
    const cut = await here.db.query({
      text: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nightshift channel' AND datname = current_database()",
    });
    expect(cut).toHaveLength(2);
    const { task } = await report('cut', 'missed');
    const seen: unknown[] = [];
    while (!seen.includes(task.id)) seen.push((await watch.next()).value);
    await watch.return?.();
  });

  it('tell those who watch everything of changes in every run, and of a gap once the connection was cut or another one comes', async () => {
    const watch = there.changes.watchAll();
    expect((await watch.next()).value).toEqual({ hasGap: true, taskIds: [] });
    const made = [await report('one'), await report('other')].map(({ task }) => task.id);
    const seen = new Set<number>();
    while (seen.size < 2) {
      const { hasGap, taskIds } = (await watch.next()).value ?? { hasGap: true, taskIds: [] };
      expect(hasGap).toBe(false);
      for (const id of taskIds) seen.add(id);
    }
    expect([...seen]).toEqual(made);
    const untilGap = async () => {
      while ((await watch.next()).value?.hasGap === false);
    };
    await here.db.query({
      text: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nightshift channel' AND datname = current_database()",
    });
    await untilGap();
    const brief = await replica(await openDatabase(database.config()));
    const lasting = await replica(await openDatabase(database.config()), true);
    await untilGap();
    lasting.store.changes.publishGap();
    await untilGap();
    await watch.return?.();
    for (const { store, stop } of [brief, lasting]) {
      await stop();
      await store.db.close();
    }
  });
});
