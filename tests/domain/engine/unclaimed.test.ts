import { beforeEach, expect, it } from 'vitest';
import { messageOf } from '../../../channels/messages/messageOf.ts';
import type { Channel } from '../../../contract/words/notifications.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { recordSweep } from '../../../domain/engine/recordSweep.ts';
import { retryRun } from '../../../domain/engine/retry.ts';
import { sweepUnclaimed } from '../../../domain/engine/unclaimed.ts';
import { takeDelivery } from '../../../domain/notifications/take.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, forgetDeliveryJobs, storeOf } from '../../support/domain.ts';
import { playWorkers } from './support.ts';
import { timePasses } from './timePasses.ts';

const channels: Channel[] = [{ name: 'slack', recipient: null }];
const hour = 3600;

describeOnEither('A task that no worker asks for', (database) => {
  const store = storeOf(database, channels);
  const { start, ask, leased, finish, statuses } = playWorkers(store);
  const { pass, skipWatched } = timePasses(store);
  beforeEach(async () => {
    await database.truncate();
    await forgetDeliveryJobs(store);
    await recordSweep(store);
  });

  const seen: string[] = [];
  const sweep = () =>
    sweepUnclaimed(store, (what, { task, runId }) => seen.push(`${task} of ${runId} ${what}`));
  const later = (seconds: number) => skipWatched(seconds, sweep);
  const marks = () => store.db.query({ text: 'SELECT 1 FROM unclaimed_jobs' });
  const task = async (name: string) => {
    const [row] = await store.db.query<{ status: string; reason: string | null; remarks: string[] }>({
      text: 'SELECT status, reason, remarks FROM agents_tasks WHERE task = $1',
      values: [name],
    });
    return row;
  };
  async function told(): Promise<string[]> {
    const texts: string[] = [];
    for (let next = await takeDelivery(store, 60_000); next; next = await takeDelivery(store, 60_000))
      texts.push(messageOf(next, undefined).text.replace(/[0-9a-f-]{36}/, 'run'));
    return texts;
  }

  it('is told once after its time, with the reason, and fails after the longer one', async () => {
    const { runId } = await start([
      { task: 'a', labels: ['gpu'] },
      { task: 'b', needs: ['a'] },
    ]);
    await later(0);
    await later(hour - 30);
    expect(await told()).toEqual([]);
    await later(60);
    expect(await told()).toEqual([
      'Task a of run waits for a worker: no worker asked for it for 1 h: no worker is running',
    ]);
    expect(await task('a')).toMatchObject({
      status: 'queued',
      remarks: ['No worker asked for it for 1 h: no worker is running.'],
    });
    await later(22 * hour);
    expect(await told()).toEqual([]);
    await later(hour);
    expect(await statuses(runId)).toEqual({ a: 'failed', b: 'skipped' });
    expect(await task('a')).toMatchObject({
      reason: 'no worker asked for it for 24 h: no worker is running',
    });
    expect(await told()).toEqual([
      'Task a failed: no worker asked for it for 24 h: no worker is running',
      'run: 1 failed, 1 skipped',
    ]);
    expect(await marks()).toEqual([]);
  });

  it('has the times that its plan says, and those of one run are told together', async () => {
    const steps = [{ task: 'a' }, { task: 'b' }, { task: 'c' }];
    const definition = {
      name: 'night',
      concurrency: 2,
      steps,
      unclaimedAfterMs: 60_000,
      unclaimedFailsMs: 600_000,
    };
    const { runId } = await start([], { definition });
    await later(0);
    await later(130);
    expect(await told()).toEqual([
      '2 tasks of run wait for a worker: no worker asked for it for 1 min: no worker is running',
    ]);
    await later(480);
    expect(await statuses(runId)).toEqual({ a: 'failed', b: 'failed', c: 'queued' });
    expect((await task('a'))?.reason).toBe('no worker asked for it for 10 min: no worker is running');
    const named = seen.filter((one) => one.includes(runId));
    expect(named.toSorted()).toEqual(
      ['a failed', 'a told', 'b failed', 'b told'].map((one) => one.replace(' ', ` of ${runId} `)),
    );
  });

  it('begins anew when a fitting worker asks, and not with one that does not fit', async () => {
    const { planHash } = await start([{ task: 'a', labels: ['gpu'] }]);
    await later(0);
    await later(hour / 2);
    await ask(planHash);
    await later(10);
    expect(await marks()).toHaveLength(1);
    // One that fits and takes another task first: it asked for this one all the same.
    const other = await start([{ task: 'z' }], { definition: { name: 'other', steps: [{ task: 'z' }] } });
    const both = { planHashes: [planHash, other.planHash], labels: ['gpu'], worker: 'w2' };
    await store.db.query({
      text: `UPDATE pgboss.job SET start_after = now() + interval '1 day' WHERE data ->> 'runId' <> $1`,
      values: [other.runId],
    });
    const lease = await ask(planHash, both);
    expect(lease?.task).toBe('z');
    await store.db.query({ text: 'UPDATE pgboss.job SET start_after = now()' });
    await later(5);
    expect(await marks()).toEqual([]);
    // Whoever is busy asks for nothing, and extends its lease.
    for (let time = 0; time < 3; time += 1) {
      await later(15);
      if (lease) await extendLease(store, lease.leaseId);
    }
    await later(10);
    expect(await marks()).toEqual([]);
    if (lease) await finish(lease);
    await later(35);
    expect(await marks()).toHaveLength(1);
    await later(hour - 30);
    expect(await told()).toEqual(expect.not.arrayContaining([expect.stringContaining('waits for a worker')]));
    await later(40);
    expect(await told()).toEqual([expect.stringContaining('waits for a worker')]);
  });

  it('names the labels that are missing', async () => {
    const { planHash } = await start([{ task: 'a', labels: ['gpu'] }]);
    await later(0);
    await later(hour - 20);
    await ask(planHash);
    await later(25);
    expect(await told()).toEqual([
      expect.stringContaining('no worker that knows its plan has the label gpu'),
    ]);
  });

  it('has no time in which nobody looked counted, nor fails before workers could come back', async () => {
    const { runId } = await start([{ task: 'a' }]);
    await later(0);
    await later(23 * hour);
    await told();
    await pass(100 * hour);
    await sweep();
    await recordSweep(store);
    await sweep();
    expect(await statuses(runId)).toEqual({ a: 'queued' });
    await later(hour / 2);
    expect(await statuses(runId)).toEqual({ a: 'queued' });
    await pass(hour);
    await recordSweep(store);
    await later(hour / 2 + 1 - 60);
    await pass(hour);
    await recordSweep(store);
    // By now the time is over, but nobody has looked for long enough to have heard a worker.
    await later(70);
    expect(await statuses(runId)).toEqual({ a: 'queued' });
    await later(60);
    expect(await statuses(runId)).toEqual({ a: 'failed' });
  });

  it('does not count while it is paused before a further try, nor while another holds its lock', async () => {
    const backoff = { delayMs: 2_000_000, factor: 1, maxMs: 2_000_000 };
    const { planHash } = await start([{ task: 'a', retries: 1, backoff }]);
    await finish(await leased(planHash), { exitCode: 1 });
    const holder = await start([{ task: 'b', lock: 'db' }]);
    await leased(holder.planHash);
    await start([{ task: 'c', lock: 'db' }]);
    await later(0);
    await later(1800);
    expect(await marks()).toEqual([]);
  });

  it('is not one of an exclusive run, which has a rule of its own', async () => {
    await start([{ task: 'a' }], { exclusive: true });
    await later(0);
    await later(2 * hour);
    expect(await marks()).toEqual([]);
  });

  it('keeps none of the others, when its run is held by somebody', async () => {
    const held = await start([{ task: 'a' }]);
    const free = await start([{ task: 'a' }], { definition: { name: 'free', steps: [{ task: 'a' }] } });
    await later(0);
    await skipWatched(25 * hour);
    if (database.kind === 'pglite') return;
    const locked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = store.db.transaction(async (tx) => {
      await tx.query({ text: 'SELECT 1 FROM runs WHERE run_id = $1 FOR UPDATE', values: [held.runId] });
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    await expect(sweep()).rejects.toThrow();
    release.resolve();
    await holding;
    expect([await statuses(held.runId), await statuses(free.runId)]).toEqual([
      { a: 'queued' },
      { a: 'failed' },
    ]);
    await sweep();
    expect(await statuses(held.runId)).toEqual({ a: 'failed' });
  });

  it('can be retried, and has all its time again', async () => {
    const { runId, planHash } = await start([{ task: 'a' }]);
    await later(0);
    await later(25 * hour);
    expect(await statuses(runId)).toEqual({ a: 'failed' });

    await retryRun(store, everything, { runId, mode: 'failed' });
    await later(10);
    await later(23 * hour);
    expect(await statuses(runId)).toEqual({ a: 'queued' });
    await finish(await leased(planHash));
    expect(await statuses(runId)).toEqual({ a: 'succeeded' });
  });
});
