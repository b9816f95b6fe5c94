import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { settleAside } from '../../../domain/engine/inEngine.ts';
import { retryRun } from '../../../domain/engine/retry.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from './support.ts';

describeOnBoth('Slots and locks', (database) => {
  const store = storeOf(database);
  const { start, ask, leased, finish, statuses, carryOut } = playWorkers(store);
  beforeEach(() => database.truncate());

  const named = (steps: object[], concurrency: number) =>
    start([], { definition: { name: `plan-${randomUUID().slice(0, 8)}`, concurrency, steps } });
  /** Lets time pass for what is in the queue. */
  const later = (seconds: number, runId: string) =>
    store.db.query({
      text: `UPDATE agents_tasks SET due_at = due_at - $1 * interval '1 s' WHERE run_id = $2 AND due_at IS NOT NULL`,
      values: [seconds, runId],
    });

  it('lets a step that no worker can take keep neither its place nor its lock from others', async () => {
    const lock = randomUUID();
    const run = await named(
      [{ task: 'rare', labels: ['gpu'], lock }, { task: 'common', lock }, { task: 'last' }],
      1,
    );
    await later(11, run.runId);
    await settleAside(store);
    expect(await carryOut(run.planHash)).toEqual(expect.arrayContaining(['common', 'last']));
    expect(await statuses(run.runId)).toEqual({ rare: 'queued', common: 'succeeded', last: 'succeeded' });
    expect(await ask(run.planHash, { labels: ['gpu'] })).toMatchObject({ task: 'rare' });
  });

  it('frees the place and the lock of a task that pauses before its retry', async () => {
    const lock = randomUUID();
    const hour = 3_600_000;
    const backoff = { delayMs: hour, factor: 1, maxMs: hour };
    const run = await named([{ task: 'flaky', lock, retries: 1, backoff }, { task: 'next' }], 1);
    const other = await named([{ task: 'other', lock }], 1);
    const lease = await leased(run.planHash);
    expect(lease.task).toBe('flaky');
    expect(await ask(other.planHash)).toBeNull();
    await finish(lease, { exitCode: 1 });
    expect((await leased(other.planHash)).task).toBe('other');
    expect(await carryOut(run.planHash)).toEqual(['next']);
    expect(await statuses(run.runId)).toEqual({ flaky: 'queued', next: 'succeeded' });
  });

  it('never runs more of a run at once than it has places, whatever pauses and comes back', async () => {
    const backoff = { delayMs: 0, factor: 1, maxMs: 0 };
    const steps = Array.from({ length: 6 }, (_, index) => ({ task: `s${index}`, retries: 1, backoff }));
    const run = await named(steps, 2);
    const [one, two] = [await leased(run.planHash), await leased(run.planHash)];
    expect(await ask(run.planHash)).toBeNull();
    await finish(one, { exitCode: 1 });
    const third = await leased(run.planHash);
    expect(await ask(run.planHash)).toBeNull();
    await finish(two);
    await finish(third);
    expect(await carryOut(run.planHash)).toHaveLength(4);
  });

  it('wakes those who stand in line for a lock one after the other, in the order they came', async () => {
    const lock = randomUUID();
    const holder = await named([{ task: 'holder', lock }], 1);
    const lease = await leased(holder.planHash);
    const steps = [{ task: 'waiter', lock }];
    const definition = { name: `line-${randomUUID().slice(0, 8)}`, concurrency: 1, steps };
    const waiting: string[] = [];
    let planHash = '';
    for (let index = 0; index < 130; index += 1) {
      const run = await start([], { definition });
      planHash = run.planHash;
      waiting.push(run.runId);
    }
    expect(await ask(planHash)).toBeNull();
    await finish(lease);
    const order: string[] = [];
    for (let next = await ask(planHash); next !== null; next = await ask(planHash)) {
      expect(await ask(planHash)).toBeNull();
      order.push(next.runId);
      await finish(next);
    }
    expect(order).toEqual(waiting);
  });

  it('passes over those for whom there is no worker, while there is one for others in line', async () => {
    const lock = randomUUID();
    const holder = await named([{ task: 'holder', lock }], 1);
    const lease = await leased(holder.planHash);
    const rare = await named([{ task: 'rare', lock, labels: ['gpu'] }], 1);
    const common: { planHash: string }[] = [];
    for (let count = 0; count < 3; count += 1) common.push(await named([{ task: 'common', lock }], 1));
    for (const { planHash } of common) expect(await ask(planHash)).toBeNull();
    await finish(lease);
    for (const { planHash } of common) await finish(await leased(planHash));
    expect(await ask(rare.planHash, { labels: ['gpu'] })).toMatchObject({ task: 'rare' });
  });

  it('wakes the next in line when nobody comes for the first', async () => {
    const lock = randomUUID();
    const holder = await named([{ task: 'holder', lock }], 1);
    const lease = await leased(holder.planHash);
    const rare = await named([{ task: 'rare', lock, labels: ['gpu'] }], 1);
    const common = await named([{ task: 'common', lock }], 1);
    await finish(lease);
    expect(await ask(common.planHash)).toBeNull();
    await later(11, rare.runId);
    await settleAside(store);
    expect(await ask(common.planHash)).toMatchObject({ task: 'common' });
  });

  it('passes over those whose run has no place, and wakes them once it has one', async () => {
    const lock = randomUUID();
    const holder = await named([{ task: 'holder', lock }], 1);
    const lease = await leased(holder.planHash);
    const full = await named([{ task: 'locked', lock }, { task: 'long' }], 1);
    const long = await leased(full.planHash);
    expect(long.task).toBe('long');
    const free = await named([{ task: 'free', lock }], 1);
    await finish(lease);
    const next = await leased(free.planHash);
    expect(await ask(full.planHash)).toBeNull();
    await finish(next);
    await finish(long);
    expect((await leased(full.planHash)).task).toBe('locked');
  });

  it('wakes the next when what was about to take the lock is cancelled or made to wait again', async () => {
    const lock = randomUUID();
    const first = await named([{ task: 'need' }, { task: 'first', needs: ['need'], lock }], 1);
    await carryOut(first.planHash, () => ({ exitCode: 1 }));
    await retryRun(store, everything, { runId: first.runId, mode: 'failed' });
    await finish(await leased(first.planHash));
    const second = await named([{ task: 'second', lock }], 1);
    const third = await named([{ task: 'third', lock }], 1);
    expect(await ask(second.planHash)).toBeNull();
    await retryRun(store, everything, { runId: first.runId, mode: 'from', from: 'need' });
    await cancelRun(store, everything, second.runId);
    expect((await leased(third.planHash)).task).toBe('third');
  });

  it('finds a lock that is free although nobody said so', async () => {
    const lock = randomUUID();
    const holder = await named([{ task: 'holder', lock }], 1);
    const lease = await leased(holder.planHash);
    const waiter = await named([{ task: 'waiter', lock }], 1);
    await store.db.query({ text: 'DELETE FROM task_locks WHERE key = $1', values: [lock] });
    expect(await ask(waiter.planHash)).toBeNull();
    await settleAside(store);
    expect((await leased(waiter.planHash)).task).toBe('waiter');
    await finish(lease);
  });

  it('takes the place of open work of other runs, whichever process was to do it', async () => {
    const name = `deploys-${randomUUID().slice(0, 8)}`;
    const definition = (onOpen: string) => ({
      name,
      concurrency: 1,
      steps: [{ task: 'deploy', onOpen, approval: 'always' }],
    });
    const old = await start([], { definition: definition('run') });
    await finish(await leased(old.planHash));
    const starting = () => start([], { definition: definition('supersede'), runId: `new-${name}` });
    // Somebody holds the old run, so that its work cannot be withdrawn at once.
    if (store.db.kind === 'pglite') await starting();
    else {
      const [taken, given] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const holding = store.db.transaction(async (tx) => {
        await tx.query({ text: 'SELECT 1 FROM runs WHERE run_id = $1 FOR UPDATE', values: [old.runId] });
        taken.resolve();
        await given.promise;
      });
      await taken.promise;
      await starting();
      expect(await statuses(old.runId)).toEqual({ deploy: 'awaiting_approval' });
      given.resolve();
      await holding;
    }
    await store.db.query({
      text: `UPDATE agents_tasks SET aside_since = aside_since - interval '1 minute' WHERE run_id = $1`,
      values: [`new-${name}`],
    });
    await settleAside(store);
    expect(await statuses(old.runId)).toEqual({ deploy: 'skipped' });
    expect(await statuses(`new-${name}`)).toEqual({ deploy: 'queued' });
  });

  it('lets runs that share three locks end, whoever ends, fails and cancels at once', async () => {
    const locks = [randomUUID(), randomUUID(), randomUUID()];
    const steps = locks.flatMap((lock, index) => [
      { task: `a${index}`, lock },
      { task: `b${index}`, lock: locks[(index + 1) % 3], needs: [`a${index}`] },
    ]);
    const definition = { name: `three-${randomUUID().slice(0, 8)}`, concurrency: 3, steps };
    const runs = await Promise.all(Array.from({ length: 8 }, () => start([], { definition })));
    const [{ planHash } = { planHash: '' }] = runs;
    const running = new Set<string | undefined>();
    const lockOf = (task: string) => steps.find((step) => step.task === task)?.lock;
    let left = runs.length * steps.length;
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (left > 0) {
          const lease = await ask(planHash);
          if (lease === null) continue;
          const lock = lockOf(lease.task);
          expect(running.has(lock)).toBe(false);
          running.add(lock);
          await pause(2);
          running.delete(lock);
          await finish(lease);
          left -= 1;
        }
      }),
    );
    for (const { runId } of runs)
      expect(new Set(Object.values(await statuses(runId)))).toEqual(new Set(['succeeded']));
  });

  it('asks for approval behind a lock as anywhere', async () => {
    const lock = randomUUID();
    const run = await named(
      [
        { task: 'one', lock, approval: 'always' },
        { task: 'two', lock },
      ],
      2,
    );
    const lease = await leased(run.planHash);
    expect(await ask(run.planHash)).toBeNull();
    await finish(lease);
    expect(await carryOut(run.planHash)).toEqual(['two']);
    await decideTask(store, everything, lease.taskId, 'approve');
    expect(await statuses(run.runId)).toEqual({ one: 'succeeded', two: 'succeeded' });
  });
});
