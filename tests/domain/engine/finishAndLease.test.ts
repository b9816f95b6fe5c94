import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { drainWorker } from '../../../domain/engine/drainWorker.ts';
import { LostLeaseError } from '../../../domain/engine/errors.ts';
import { finishAndLease } from '../../../domain/engine/finishAndLease.ts';
import { awaitLease, leaseTask } from '../../../domain/engine/lease.ts';
import type { Lease, LeaseTaskInput } from '../../../domain/engine/leaseTypes.ts';
import { recordSweep } from '../../../domain/engine/recordSweep.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { playWorkers } from './support.ts';

describeOnBoth('The answer to a report that wishes for more', (database) => {
  const store = storeOf(database);
  const { start, leased, statuses } = playWorkers(store);
  beforeEach(() => database.truncate());

  const wishFor = (planHash: string | string[], more: Partial<LeaseTaskInput> = {}): LeaseTaskInput => ({
    worker: 'w1',
    requestId: randomUUID(),
    planHashes: [planHash].flat(),
    runIds: [],
    labels: [],
    ...more,
  });
  const report = (more: object = {}) =>
    attemptReport.parse({ ending: 'exit', exitCode: 0, durationMs: 5, ...more });
  const done = (lease: Lease, wish: LeaseTaskInput, more: object = {}) =>
    finishAndLease(store, lease.leaseId, report(more), wish);
  /** Whether one transaction has written two attempts last. */
  async function wereTogether(first: Lease, second: Lease | null | undefined): Promise<boolean> {
    const rows = await store.db.query<{ by: string }>({
      text: 'SELECT DISTINCT xmin::text AS by FROM task_attempts WHERE lease_id = ANY($1::uuid[])',
      values: [[first.leaseId, second?.leaseId]],
    });
    return rows.length === 1;
  }
  const chain = (length: number, more: object = {}) =>
    Array.from({ length }, (_, index) => ({
      task: `t${index}`,
      needs: index === 0 ? [] : [`t${index - 1}`],
      ...more,
    }));

  it('has the next task of the same run, from the same transaction, with what it needs', async () => {
    const { planHash, runId } = await start(chain(3), { inputs: { target: 'staging' } });
    const first = await leased(planHash);
    const { task, next } = await done(first, wishFor(planHash), { outputs: { version: '7' } });
    expect(task).toMatchObject({ id: first.taskId, status: 'succeeded' });
    const lease = next?.lease;
    expect(lease).toMatchObject({
      task: 't1',
      runId,
      number: 1,
      serverId: first.serverId,
      inputs: { target: 'staging' },
      needs: { t0: { version: '7' } },
    });
    expect(await wereTogether(first, lease)).toBe(true);
    expect(await statuses(runId)).toEqual({ t0: 'succeeded', t1: 'running', t2: 'queued' });
    const end = lease && (await done(lease, wishFor(planHash)));
    expect(end?.next?.lease?.task).toBe('t2');
  });

  it('wakes nobody for a job that it takes itself, and as many as there are for the others', async () => {
    const { planHash } = await start([
      ...chain(2),
      { task: 'side', needs: ['t1'] },
      { task: 'other', needs: ['t1'] },
    ]);
    const first = await leased(planHash);
    const gone = new AbortController();
    const waiting = Array.from({ length: 4 }, () =>
      awaitLease(store, wishFor(planHash, { worker: 'w2' }), waitLimitMs, gone.signal),
    );
    await eventually(async () => expect(store.work.size).toBe(4));
    const second = (await done(first, wishFor(planHash))).next?.lease;
    expect([second?.task, store.work.size]).toEqual(['t1', 4]);
    if (second) await done(second, wishFor(planHash));
    await eventually(async () => expect(store.work.size).toBe(3));
    gone.abort();
    const found = (await Promise.all(waiting)).filter((lease) => lease !== null);
    expect(found).toHaveLength(1);
  });

  it('has the task of another run that has waited longer, after the report and not with it', async () => {
    const { planHash } = await start(chain(2));
    const first = await leased(planHash);
    const other = await start(chain(2));
    const { next } = await done(first, wishFor(planHash));
    expect(next?.lease).toMatchObject({ runId: other.runId, task: 't0' });
    expect(await wereTogether(first, next?.lease)).toBe(false);
    const last = next?.lease && (await done(next.lease, wishFor(planHash)));
    expect(last?.next?.lease).toMatchObject({ runId: first.runId, task: 't1' });
  });

  it('has a task that wants a lock, after the report', async () => {
    const { planHash } = await start(chain(2, { lock: `lock-${randomUUID()}` }));
    const first = await leased(planHash);
    const { next } = await done(first, wishFor(planHash));
    expect(next?.lease?.task).toBe('t1');
    expect(await wereTogether(first, next?.lease)).toBe(false);
  });

  it('has nothing that the labels of the worker do not fit, and says at once that there is nothing', async () => {
    const { planHash } = await start([{ task: 'a' }, { task: 'b', needs: ['a'], labels: ['gpu'] }]);
    const first = await leased(planHash);
    const before = store.db.statements();
    expect((await done(first, wishFor(planHash))).next).toEqual({ lease: null, drained: false });
    const alone = store.db.statements() - before;
    const again = await start([{ task: 'a' }, { task: 'b', needs: ['a'], labels: ['gpu'] }]);
    const second = await leased(again.planHash);
    const { next } = await done(second, wishFor(again.planHash, { labels: ['gpu'], worker: 'w1' }));
    expect(next?.lease?.task).toBe('b');
    expect(alone).toBeLessThan(25);
  });

  it('gives the same lease again when it is asked again, one after the other or at once', async () => {
    const { planHash, runId } = await start(chain(3));
    const first = await leased(planHash);
    const wish = wishFor(planHash);
    const { next } = await done(first, wish);
    expect((await done(first, wish)).next?.lease?.leaseId).toBe(next?.lease?.leaseId);
    expect((await leaseTask(store, wish))?.leaseId).toBe(next?.lease?.leaseId);
    const second = next?.lease;
    if (!second) throw new Error('Nothing came.');
    const more = wishFor(planHash);
    const answers = await Promise.all([done(second, more), done(second, more), done(second, more)]);
    expect(new Set(answers.map((answer) => answer.next?.lease?.leaseId)).size).toBe(1);
    expect(await statuses(runId)).toEqual({ t0: 'succeeded', t1: 'succeeded', t2: 'running' });
    const [count] = await store.db.query<{ n: number }>({
      text: 'SELECT count(*)::int AS n FROM task_attempts JOIN agents_tasks ON id = task_id WHERE run_id = $1',
      values: [runId],
    });
    expect(count?.n).toBe(3);
  });

  it('counts as a report whatever becomes of the wish', async () => {
    const { planHash, runId } = await start(chain(2));
    const first = await leased(planHash);
    const change = (text: string) => store.db.query({ text: `ALTER TABLE task_attempts ${text}` });
    await change("ADD CONSTRAINT nobody_else CHECK (worker <> 'refused') NOT VALID");
    try {
      // Once noted, the worker would be given the task in the transaction of the report.
      await leaseTask(store, wishFor(planHash, { worker: 'refused' }));
      const { task, next } = await done(first, wishFor(planHash, { worker: 'refused' }));
      expect([task.status, next]).toEqual(['succeeded', null]);
      expect(await statuses(runId)).toEqual({ t0: 'succeeded', t1: 'queued' });
    } finally {
      await change('DROP CONSTRAINT nobody_else');
    }
    expect((await leased(planHash)).task).toBe('t1');
  });

  it('is no lease for a report that does not count', async () => {
    const { planHash, runId } = await start([{ task: 'a', retries: 0 }, { task: 'b' }], {});
    const first = await leased(planHash);
    await store.db.query({
      text: "UPDATE task_attempts SET lease_expires_at = now() - interval '1 s' WHERE lease_id = $1",
      values: [first.leaseId],
    });
    await recordSweep(store);
    await expect(done(first, wishFor(planHash))).rejects.toThrow(LostLeaseError);
    expect((await statuses(runId)).b).toBe('queued');
  });

  it('has nothing for a worker that is to leave', async () => {
    const { planHash } = await start(chain(2));
    const worker = `w-${randomUUID()}`;
    const first = await leaseTask(store, wishFor(planHash, { worker, upMs: 60_000 }));
    if (first === null) throw new Error('Nothing came.');
    await drainWorker(store, everything, { worker });
    const { task, next } = await done(first, wishFor(planHash, { worker, upMs: 60_000 }));
    expect([task.status, next]).toEqual(['succeeded', { lease: null }]);
    expect((await leased(planHash)).task).toBe('t1');
  });

  it('notes a worker that only ever asks in this way, as one that asks by itself', async () => {
    const { planHash } = await start(chain(4));
    let lease: Lease | null | undefined = await leased(planHash);
    const worker = `w-${randomUUID()}`;
    const together: boolean[] = [];
    while (lease) {
      const { next } = await done(lease, wishFor(planHash, { worker }));
      if (next?.lease) together.push(await wereTogether(lease, next.lease));
      lease = next?.lease;
    }
    // The first one noted it.
    expect(together).toEqual([false, true, true]);
    const looks = await store.db.query({
      text: 'SELECT 1 FROM worker_looks WHERE worker = $1',
      values: [worker],
    });
    expect(looks).toHaveLength(1);
  });

  it('has the next task of an exclusive run for its own worker', async () => {
    const { runId } = await start(chain(3), { exclusive: true });
    const wish = () => wishFor([], { runIds: [runId] });
    const first = await leaseTask(store, wish());
    const second = first && (await done(first, wish())).next?.lease;
    expect(second?.task).toBe('t1');
    expect(first && (await wereTogether(first, second))).toBe(true);
  });

  it('lets many workers carry out many runs with locks and labels, each task once, though nobody looks by the clock', async () => {
    store.work.lookForDue = async () => [];
    const steps = (run: number) =>
      Array.from({ length: 12 }, (_, index) => ({
        task: `t${index}`,
        needs: index < 3 ? [] : [`t${index - 3}`],
        lock: index % 4 === 0 ? `shared-${(run + index) % 3}` : undefined,
        labels: index % 5 === 0 ? ['gpu'] : [],
      }));
    const runs = await Promise.all(Array.from({ length: 5 }, (_, run) => start(steps(run))));
    const planHashes = [...new Set(runs.map(({ planHash }) => planHash))];
    const over = new AbortController();
    const seen: string[] = [];
    async function work(worker: string): Promise<void> {
      const wish = () => wishFor(planHashes, { worker, labels: ['gpu'] });
      let lease: Lease | null | undefined;
      while (!over.signal.aborted) {
        lease ??= await awaitLease(store, wish(), waitLimitMs, over.signal);
        if (!lease) continue;
        seen.push(`${lease.runId} ${lease.task} ${lease.number}`);
        lease = (await done(lease, wish())).next?.lease;
      }
    }
    const workers = Array.from({ length: 6 }, (_, index) => work(`many-${index}`));
    await eventually(async () => {
      const all = await Promise.all(runs.map(({ runId }) => statuses(runId)));
      expect(all.flatMap((one) => Object.values(one)).filter((status) => status !== 'succeeded')).toEqual([]);
    });
    over.abort();
    await Promise.all(workers);
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });
});
