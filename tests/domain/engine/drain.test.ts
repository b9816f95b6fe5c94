import { expect, it } from 'vitest';
import { drainWorker, wasDrained } from '../../../domain/engine/drainWorker.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { awaitLease } from '../../../domain/engine/lease.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';
import { playWorkers } from './support.ts';

const hourMs = 3_600_000;

describeOnEither('A worker that was told to leave', (database) => {
  const store = storeOf(database);
  const { start, ask, leased, finish } = playWorkers(store);

  it('gets nothing more, reports what it runs, and says on record who sent it away', async () => {
    const run = await start([{ task: 'a' }, { task: 'b' }]);
    const lease = await leased(run.planHash);
    expect(await drainWorker(store, everything, { worker: 'w1' }, 'cli')).toEqual({
      worker: 'w1',
      running: 1,
    });
    expect(await ask(run.planHash, { upMs: hourMs })).toBeNull();
    expect(await wasDrained(store.db, 'w1', hourMs)).toBe(true);
    expect(await finish(lease)).toMatchObject({ status: 'succeeded' });
    const rows = await store.db.query({
      text: "SELECT subject, viewer_name(viewer) AS viewer, via, outcome FROM decisions WHERE action = 'drain'",
    });
    expect(rows).toEqual([{ subject: 'w1', viewer: everything.id, via: 'cli', outcome: 'done' }]);
  });

  it('has a successor of its name that takes work, as do all others', async () => {
    const run = await start([{ task: 'a' }, { task: 'b' }, { task: 'c' }]);
    await ask('0'.repeat(64), { worker: 'w2', upMs: hourMs });
    await drainWorker(store, everything, { worker: 'w2' });
    const by = (worker: string, upMs?: number) => ask(run.planHash, { worker, upMs });
    expect(await by('w2', hourMs)).toBeNull();
    expect(await by('w2', 0)).not.toBeNull();
    expect(await by('w3', hourMs)).not.toBeNull();
    // One of before, which does not say how long it has been up, cannot be told from its successor.
    expect(await by('w2')).not.toBeNull();
  });

  it('is one that is up: another name is refused with those that are, and nothing is on record', async () => {
    const run = await start([{ task: 'a' }]);
    await ask('0'.repeat(64), { worker: 'idle' });
    await expect(drainWorker(store, everything, { worker: 'idel' })).rejects.toThrow(
      /^No worker is called idel\. Running workers: .*idle.*\.$/,
    );
    const rows = await store.db.query({ text: "SELECT 1 FROM decisions WHERE subject = 'idel'" });
    expect(rows).toEqual([]);
    expect(await ask(run.planHash, { worker: 'idel' })).not.toBeNull();
  });

  it('hears of it while it is busy, with the next extension of a lease', async () => {
    const run = await start([{ task: 'a' }]);
    const lease = await leased(run.planHash);
    expect(await extendLease(store, lease.leaseId)).toMatchObject({ drained: false });
    await drainWorker(store, everything, { worker: 'w1' });
    expect(await extendLease(store, lease.leaseId)).toMatchObject({ drained: true, cancelled: false });
    await finish(lease);
  });

  it('hears of it at once while it waits for work', async () => {
    const { planHash } = await start([{ task: 'a', labels: ['elsewhere'] }]);
    const input = {
      worker: 'w4',
      requestId: crypto.randomUUID(),
      planHashes: [planHash],
      runIds: [],
      labels: [],
    };
    const waiting = awaitLease(store, { ...input, upMs: hourMs }, 25_000);
    const other = awaitLease(
      store,
      { ...input, worker: 'w5', requestId: crypto.randomUUID(), upMs: hourMs },
      3000,
    );
    const looks = { text: "SELECT 1 FROM worker_looks WHERE worker = 'w4'" };
    await eventually(async () => expect(await store.db.query(looks)).toHaveLength(1));
    await drainWorker(store, everything, { worker: 'w4' });
    expect(await waiting).toBeNull();
    expect(await other).toBeNull();
  });
});
