import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { LostLeaseError, UnknownLeaseError } from '../../../domain/engine/errors.ts';
import { sweepLeases } from '../../../domain/engine/finishAttempt.ts';
import type { Lease } from '../../../domain/engine/leaseTypes.ts';
import { retryTask } from '../../../domain/engine/retry.ts';
import { returnLease } from '../../../domain/engine/returnLease.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { playWorkers } from './support.ts';

const minute = { delayMs: 60_000, factor: 1, maxMs: 60_000 };
const lostWords = 'lost: its worker was killed';

describeOnBoth('A lease that is given back', (database) => {
  const store = storeOf(database);
  const { start, ask, leased, finish, statuses } = playWorkers(store);
  beforeEach(() => database.truncate());

  const endings = async ({ taskId }: Lease) =>
    (
      await store.db.query<{ ended_by: string | null }>({
        text: 'SELECT ended_by FROM task_attempts WHERE task_id = $1 ORDER BY number',
        values: [taskId],
      })
    ).map(({ ended_by }) => ended_by);
  const told = async ({ taskId }: Lease) =>
    (
      await store.db.query({
        text: 'SELECT reason, log_excerpt FROM agents_tasks WHERE id = $1',
        values: [taskId],
      })
    )[0];
  const lapse = (leaseId: string) =>
    store.db.query({
      text: "UPDATE task_attempts SET lease_expires_at = now() - interval '1 second' WHERE lease_id = $1",
      values: [leaseId],
    });

  it('of a command that had begun is lost, and its task is free at once, the first time only', async () => {
    const { planHash } = await start([{ task: 'a', retries: 2, backoff: minute }]);
    const first = await leased(planHash);
    expect(await returnLease(store, first.leaseId, true)).toMatchObject({ status: 'queued' });
    expect(await told(first)).toMatchObject({ reason: lostWords });
    const second = await leased(planHash);
    expect(second.number).toBe(2);
    expect(await returnLease(store, second.leaseId, true)).toMatchObject({ status: 'queued' });
    expect(await ask(planHash)).toBeNull();
    expect(await endings(first)).toEqual(['lost', 'lost']);
  });

  it('of a step without retries, or that is not retried for this, fails it at once, in the words of a lost one', async () => {
    const run = await start([{ task: 'a' }, { task: 'b', retries: 3, retryOn: ['exit'] }]);
    for (const lease of [await leased(run.planHash), await leased(run.planHash)]) {
      expect(await returnLease(store, lease.leaseId, true)).toMatchObject({ status: 'failed' });
      expect(await told(lease)).toEqual({ reason: lostWords, log_excerpt: `[nightshift] ${lostWords}` });
    }
    expect(await ask(run.planHash)).toBeNull();
  });

  it('of a command that never began spends no try, however often, and needs no retries', async () => {
    const { planHash } = await start([{ task: 'a', retries: 1, backoff: { ...minute, delayMs: 0 } }]);
    const idle = async () => returnLease(store, (await leased(planHash)).leaseId, false);
    for (const _ of [1, 2]) expect(await idle()).toMatchObject({ status: 'queued' });
    const first = await leased(planHash);
    expect(first.number).toBe(3);
    expect(await finish(first, { exitCode: 1 })).toMatchObject({ status: 'queued' });
    await idle();
    const last = await leased(planHash);
    expect(await finish(last, { exitCode: 1 })).toMatchObject({ status: 'failed' });
    expect(await endings(last)).toEqual(['interrupted', 'interrupted', 'exit', 'interrupted', 'exit']);
    // By hand it has all its tries again.
    await retryTask(store, everything, last.taskId);
    expect(await finish(await leased(planHash), { exitCode: 1 })).toMatchObject({ status: 'queued' });
    expect(await finish(await leased(planHash), { exitCode: 1 })).toMatchObject({ status: 'failed' });
  });

  it('is one that was lost before also where attempts that never began lie between', async () => {
    const { planHash } = await start([{ task: 'a', retries: 2, backoff: minute }]);
    await returnLease(store, (await leased(planHash)).leaseId, true);
    await returnLease(store, (await leased(planHash)).leaseId, false);
    await returnLease(store, (await leased(planHash)).leaseId, true);
    expect(await ask(planHash)).toBeNull();
  });

  it.each([true, false])('changes nothing of an attempt that has ended (begun: %s)', async (hadBegun) => {
    const run = await start([{ task: 'a', retries: 1, backoff: minute }, { task: 'b' }]);
    const [one, other] = [await leased(run.planHash), await leased(run.planHash)];
    await returnLease(store, one.leaseId, true);
    await finish(other);
    for (const { leaseId } of [one, other]) await returnLease(store, leaseId, hadBegun);
    expect(await statuses(run.runId)).toEqual({ a: 'queued', b: 'succeeded' });
    expect([await endings(one), await endings(other)]).toEqual([['lost'], ['exit']]);
    // What its worker may still say does not count, now that another may have the task.
    await expect(finish(one)).rejects.toThrow(LostLeaseError);
    const again = await leased(run.planHash);
    await returnLease(store, one.leaseId, hadBegun);
    expect(await finish(again)).toMatchObject({ status: 'succeeded' });
  });

  it('may have lapsed by then, as long as nobody has ended it', async () => {
    const { planHash } = await start([{ task: 'a', retries: 1, backoff: minute }]);
    const lease = await leased(planHash);
    await lapse(lease.leaseId);
    await returnLease(store, lease.leaseId, true);
    expect(await sweepLeases(store)).toBe(0);
    expect(await leased(planHash)).toMatchObject({ number: 2 });
  });

  it('of a cancelled task leaves the decision, and frees its lock', async () => {
    const run = await start([{ task: 'a', retries: 3, lock: 'x' }]);
    const lease = await leased(run.planHash);
    await cancelRun(store, everything, run.runId);
    const held = () => store.db.query({ text: 'SELECT key FROM task_locks' });
    expect(await held()).toHaveLength(1);
    await returnLease(store, lease.leaseId, true);
    expect(await statuses(run.runId)).toEqual({ a: 'skipped' });
    expect([await endings(lease), await held()]).toEqual([['lost'], []]);
  });

  it('and is not on record is refused', async () => {
    await expect(returnLease(store, randomUUID(), true)).rejects.toThrow(UnknownLeaseError);
  });

  const rounds = sized({ short: 12, full: 200 });
  it(`ends once in ${rounds} rounds in which it lapses, is reported, cancelled and given back in one moment`, async () => {
    for (let round = 0; round < rounds; round++) {
      const run = await start([
        { task: 'a', retries: 1, backoff: minute, lock: 'x' },
        { task: 'b', needs: ['a'] },
      ]);
      const lease = await leased(run.planHash);
      if (round % 3 === 0) await lapse(lease.leaseId);
      const acts = [
        () => returnLease(store, lease.leaseId, round % 2 === 0),
        () => returnLease(store, lease.leaseId, true),
        () => sweepLeases(store),
        () => (round % 4 < 2 ? finish(lease).catch(() => undefined) : undefined),
        () => (round % 5 === 0 ? cancelRun(store, everything, run.runId) : undefined),
      ];
      const turned = [...acts.slice(round % acts.length), ...acts.slice(0, round % acts.length)];
      await Promise.all(turned.map((act) => act()));
      const [ended, ...more] = await endings(lease);
      expect([ended !== null, more]).toEqual([true, []]);
      const { a } = await statuses(run.runId);
      const fitting: Record<string, string[]> = {
        exit: ['succeeded', 'skipped'],
        lost: ['queued', 'skipped'],
        interrupted: ['queued', 'skipped'],
      };
      expect(fitting[ended ?? '']).toContain(a);
      expect(await store.db.query({ text: 'SELECT key FROM task_locks' })).toEqual([]);
      await cancelRun(store, everything, run.runId);
    }
  });
});
