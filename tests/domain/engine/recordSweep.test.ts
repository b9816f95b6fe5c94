import { beforeEach, expect, it } from 'vitest';
import { reclaimAbandonedRuns } from '../../../domain/engine/abandoned.ts';
import { LostLeaseError } from '../../../domain/engine/errors.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { sweepLeases } from '../../../domain/engine/finishAttempt.ts';
import type { Lease } from '../../../domain/engine/leaseTypes.ts';
import { recordSweep } from '../../../domain/engine/recordSweep.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { playWorkers } from './support.ts';

describeOnEither('After a time in which nobody looked at leases', (database) => {
  const store = storeOf(database);
  const { start, ask, leased, finish, statuses } = playWorkers(store);
  beforeEach(() => database.truncate());

  /** Makes all that is recorded older, as if nobody had been there for so long. */
  const pass = async (seconds: number) => {
    for (const [table, column] of [
      ['sweeps', 'looked_at'],
      ['task_attempts', 'lease_expires_at'],
      ['runs', 'seen_at'],
    ])
      await store.db.query({
        text: `UPDATE ${table} SET ${column} = ${column} - $1 * interval '1 second'`,
        values: [seconds],
      });
  };
  const lapse = (lease: Lease) =>
    store.db.query({
      text: "UPDATE task_attempts SET lease_expires_at = now() - interval '1 second' WHERE lease_id = $1",
      values: [lease.leaseId],
    });
  const openLease = async () => {
    const { planHash, runId } = await start([{ task: 'a' }]);
    await recordSweep(store);
    return { runId, lease: await leased(planHash) };
  };

  it('a lease that was open holds for its whole time again', async () => {
    const { runId, lease } = await openLease();
    await pass(3600);
    expect(await recordSweep(store)).toBe(1);
    expect(await recordSweep(store)).toBeNull();
    expect(await sweepLeases(store)).toBe(0);
    const { holdsForMs } = (await ask('0'.repeat(64), { requestId: await requestOf(lease) })) ?? {
      holdsForMs: 0,
    };
    expect(holdsForMs).toBeGreaterThan(store.leaseMs - 5000);
    await finish(lease);
    expect(await statuses(runId)).toEqual({ a: 'succeeded' });
  });

  const requestOf = async ({ leaseId }: Lease) => {
    const [row] = await store.db.query<{ requestId: string }>({
      text: 'SELECT request_id AS "requestId" FROM task_attempts WHERE lease_id = $1',
      values: [leaseId],
    });
    return row?.requestId ?? '';
  };

  it('its holder is heard even when it comes before the first look', async () => {
    const { lease } = await openLease();
    await pass(3600);
    expect(await extendLease(store, lease.leaseId)).toMatchObject({ cancelled: false });
    await pass(3600);
    expect(await finish(lease)).toMatchObject({ status: 'succeeded' });
  });

  it('a lease that had lapsed at the last look stays lapsed', async () => {
    const { runId, lease } = await openLease();
    await lapse(lease);
    await recordSweep(store);
    await pass(3600);
    await expect(extendLease(store, lease.leaseId)).rejects.toThrow(LostLeaseError);
    await expect(finish(lease)).rejects.toThrow(LostLeaseError);
    await recordSweep(store);
    expect(await sweepLeases(store)).toBe(1);
    expect(await statuses(runId)).toEqual({ a: 'failed' });
  });

  it('no lease holds again where looks came in time', async () => {
    const { lease } = await openLease();
    await pass(12);
    await lapse(lease);
    await expect(extendLease(store, lease.leaseId)).rejects.toThrow(LostLeaseError);
    expect(await recordSweep(store)).toBeNull();
    expect(await sweepLeases(store)).toBe(1);
  });

  it('a lease is not lost before a look, however late it is', async () => {
    const { lease } = await openLease();
    await pass(3600);
    expect(await sweepLeases(store)).toBe(0);
    expect(await finish(lease)).toMatchObject({ status: 'succeeded' });
  });

  it('one of several replicas lets leases hold again', async () => {
    await openLease();
    await pass(3600);
    const looks = await Promise.all(Array.from({ length: 8 }, () => recordSweep(store)));
    expect(looks.filter((leases) => leases !== null)).toEqual([1]);
  });

  it('an exclusive run counts as given up only after its worker could be heard', async () => {
    const run = await start([{ task: 'a' }], { exclusive: true });
    await recordSweep(store);
    await pass(3600);
    expect(await reclaimAbandonedRuns(store)).toBe(0);
    await recordSweep(store);
    expect(await reclaimAbandonedRuns(store)).toBe(0);
    for (let seconds = 0; seconds <= 120; seconds += 10) {
      await pass(10);
      await recordSweep(store);
    }
    expect(await reclaimAbandonedRuns(store)).toBe(1);
    expect(await statuses(run.runId)).toEqual({ a: 'skipped' });
  });

  it('a worker that has just ended a command of more than two minutes is not gone', async () => {
    const run = await start([{ task: 'a' }, { task: 'b', needs: ['a'] }], { exclusive: true });
    const lease = await ask(run.planHash, { planHashes: [], runIds: [run.runId] });
    if (lease === null) throw new Error('Nothing was there to lease.');
    await store.db.query({ text: "UPDATE runs SET seen_at = now() - interval '1 hour'" });
    await finish(lease);
    expect(await reclaimAbandonedRuns(store)).toBe(0);
    expect(await statuses(run.runId)).toEqual({ a: 'succeeded', b: 'queued' });
  });
});
