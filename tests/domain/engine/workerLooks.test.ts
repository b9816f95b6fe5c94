import { beforeEach, expect, it } from 'vitest';
import { drainWorker } from '../../../domain/engine/drainWorker.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { awaitLease } from '../../../domain/engine/lease.ts';
import { whoFits, whyNobodyFits } from '../../../domain/engine/whoFits.ts';
import { noteWaiting } from '../../../domain/engine/workerLooks.ts';
import { scopeOfPlan } from '../../../domain/queue/queueName.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from './support.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

describeOnEither('Who asks for work', (database) => {
  // So long that no slow machine comes near a third of it.
  const store = Object.assign(storeOf(database), { leaseMs: 30 * minuteMs });
  const { start, ask, leased } = playWorkers(store);
  beforeEach(() => database.truncate());

  /** Each with the minutes since it was noted, cut to whole tens. */
  const looks = () =>
    store.db.query<{ worker: string; age: number }>({
      text: 'SELECT worker, 10 * floor(extract(epoch FROM now() - seen_at) / 600)::int AS age FROM worker_looks ORDER BY worker, wants',
    });
  const pass = async (minutes: number) => {
    for (const column of ['worker_looks.seen_at', 'worker_looks.up_since', 'task_attempts.started_at']) {
      const [table, name] = column.split('.');
      await store.db.query({
        text: `UPDATE ${table} SET ${name} = ${name} - $1 * interval '1 minute'`,
        values: [minutes],
      });
    }
  };
  const fits = async (planHash: string, labels: string[] = []) => {
    const [found] = await whoFits(store.db, [{ scope: scopeOfPlan(planHash), labels }], store.leaseMs);
    if (found === undefined) throw new Error('Nothing was found.');
    return { ...found, why: whyNobodyFits(found, labels) };
  };

  it('is noted with its first request, and then three times a lease at most', async () => {
    const { planHash } = await start([{ task: 'a' }, { task: 'b' }, { task: 'c' }]);
    await ask(planHash);
    await pass(8);
    await ask(planHash);
    await pass(8);
    expect(await looks()).toEqual([{ worker: 'w1', age: 10 }]);
    await ask(planHash);
    expect(await looks()).toEqual([{ worker: 'w1', age: 0 }]);
  });

  it('is noted while it is busy and asks for nothing', async () => {
    const { planHash } = await start([{ task: 'a' }]);
    const lease = await leased(planHash);
    await pass(20);
    await extendLease(store, lease.leaseId);
    expect(await looks()).toEqual([{ worker: 'w1', age: 0 }]);
  });

  it('is noted while its request waits', async () => {
    const { planHash } = await start([{ task: 'a', labels: ['elsewhere'] }]);
    const leave = new AbortController();
    const request = {
      worker: 'w1',
      requestId: crypto.randomUUID(),
      planHashes: [planHash],
      runIds: [],
      labels: [],
    };
    const waiting = awaitLease(store, request, 25_000, leave.signal);
    await expect.poll(looks).toHaveLength(1);
    await pass(20);
    await noteWaiting(store);
    expect(await looks()).toEqual([{ worker: 'w1', age: 0 }]);
    leave.abort();
    await waiting;
    await pass(20);
    await noteWaiting(store);
    expect(await looks()).toEqual([{ worker: 'w1', age: 20 }]);
  });

  it('keeps what it asked for before apart, and is not noted for exclusive runs alone', async () => {
    const { planHash } = await start([{ task: 'a', labels: ['gpu'] }]);
    await ask(planHash);
    await ask(planHash, { labels: ['gpu'] });
    await ask(planHash, { worker: 'w2', planHashes: [], runIds: ['some-run'] });
    expect(await looks()).toMatchObject([{ worker: 'w1' }, { worker: 'w1' }]);
  });

  it('is told of a task: nobody, nobody who knows its plan, or which labels are missing', async () => {
    const { planHash } = await start([{ task: 'a', labels: ['gpu', 'linux'] }]);
    expect(await fits(planHash)).toMatchObject({ fits: false, seenAt: null, why: 'no worker is running' });
    await ask('0'.repeat(64));
    expect(await fits(planHash)).toMatchObject({
      workers: 1,
      knowing: 0,
      why: 'no running worker knows its plan as it was when the run started',
    });
    await ask(planHash, { worker: 'w2', labels: ['linux'] });
    expect(await fits(planHash)).toMatchObject({ fits: true, workers: 2, knowing: 1, why: undefined });
    expect(await fits(planHash, ['gpu', 'linux'])).toMatchObject({
      fits: false,
      missing: ['gpu'],
      why: 'no worker that knows its plan has the label gpu',
    });
    await ask(planHash, { worker: 'w3', labels: ['gpu'] });
    expect(await fits(planHash, ['gpu', 'linux'])).toMatchObject({
      why: 'no worker that knows its plan has all of its labels (gpu, linux)',
    });
    await pass(31);
    expect(await fits(planHash)).toMatchObject({
      fits: false,
      seenAt: expect.any(String),
      why: 'no worker is running',
    });
  });

  it('leaves out those that were told to leave, and counts their successors', async () => {
    const { planHash } = await start([{ task: 'a' }, { task: 'b' }]);
    await ask(planHash, { upMs: hourMs });
    await drainWorker(store, everything, { worker: 'w1' });
    expect(await fits(planHash)).toMatchObject({
      fits: false,
      leaving: true,
      why: 'the matching workers are being drained',
    });
    await pass(11);
    await ask(planHash, { upMs: 0 });
    expect(await fits(planHash)).toMatchObject({ fits: true, leaving: false });
  });
});
