import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { readWaitingFor } from '../../../domain/engine/waitingFor.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from './support.ts';

describeOnEither('What a task waits for', (database) => {
  const store = storeOf(database);
  const { start, ask, leased, finish } = playWorkers(store);
  beforeEach(() => database.truncate());

  const begin = (steps: object[], concurrency = 10) =>
    start([], { definition: { name: `plan-${randomUUID().slice(0, 8)}`, concurrency, steps } });
  /** What each task of a run waits for, by its name. */
  const waits = async (run: { tasks: { id: number; task: string }[] }) => {
    const found = await readWaitingFor(
      store,
      run.tasks.map(({ id }) => id),
    );
    return Object.fromEntries(run.tasks.map(({ task }, index) => [task, found[index]]));
  };

  it('is the steps that it needs, as far as they have not succeeded', async () => {
    const run = await begin([
      { task: 'a' },
      { task: 'b', approval: 'always' },
      { task: 'c', needs: ['a', 'b'] },
      { task: 'd', needs: ['c'] },
    ]);
    await finish(await leased(run.planHash));
    await finish(await leased(run.planHash));
    expect(await waits(run)).toMatchObject({
      a: null,
      b: { kind: 'approval', reason: 'It waits for approval of its output.' },
      c: { kind: 'need', needs: ['b'], reason: 'It waits for b (awaiting approval).' },
      d: { kind: 'need', needs: ['c'], reason: 'It waits for c (queued).' },
    });
  });

  it('is a place in its run, a gate, or the end of a pause', async () => {
    const hour = 3_600_000;
    const backoff = { delayMs: hour, factor: 1, maxMs: hour };
    const run = await begin([{ task: 'flaky', retries: 1, backoff }, { task: 'b' }, { task: 'c' }], 1);
    await finish(await leased(run.planHash), { exitCode: 1 });
    await leased(run.planHash);
    const found = await waits(run);
    expect(found).toMatchObject({ flaky: { kind: 'pause' }, b: null, c: { kind: 'place' } });
    expect(found.flaky?.reason).toMatch(
      /^It will be retried at \d{4}-\S+ \d\d:\d\d:\d\d UTC, after one attempt\.$/,
    );
    expect(Date.parse(found.flaky?.until ?? '') - Date.now()).toBeGreaterThan(hour / 2);
    const gated = await begin([{ task: 'deploy', gate: {} }]);
    expect((await waits(gated)).deploy?.reason).toBe('It waits for approval before it runs.');
  });

  it('is a lock, with the task that holds it', async () => {
    const lock = randomUUID();
    const holder = await begin([{ task: 'holder', lock }]);
    await leased(holder.planHash);
    const waiter = await begin([{ task: 'waiter', lock }]);
    expect(await ask(waiter.planHash)).toBeNull();
    const id = holder.tasks[0]?.id;
    expect(await waits(waiter)).toMatchObject({
      waiter: {
        kind: 'lock',
        lock,
        holderId: id,
        reason: `It waits for the lock ${lock}, held by task ${id} (holder of ${holder.runId}).`,
      },
    });
  });

  it('is a worker, and says why none fits', async () => {
    const run = await begin([{ task: 'rare', labels: ['gpu'] }]);
    expect(await waits(run)).toMatchObject({
      rare: { kind: 'no_worker', labels: ['gpu'], reason: 'It waits for a worker: no worker is running.' },
    });
    const other = await begin([{ task: 'other' }]);
    await ask(other.planHash, { labels: ['linux'] });
    expect((await waits(run)).rare?.reason).toContain('knows its plan');
    await ask(run.planHash);
    expect((await waits(run)).rare?.reason).toContain('the label gpu');
    const full = await begin([{ task: 'one', labels: ['gpu'] }]);
    await ask(full.planHash, { labels: ['gpu'] });
    const again = await start([], {
      definition: { name: 'more', concurrency: 2, steps: [{ task: 'x' }, { task: 'y' }] },
    });
    await leased(again.planHash);
    expect((await waits(again)).y).toMatchObject({ kind: 'worker', labels: [] });
  });

  it('is nothing that we know for a task of an outside reporter, or one that is not there', async () => {
    const { task } = await createTask(store, everything, { task: 'seo', runId: 'outside', status: 'queued' });
    expect(await readWaitingFor(store, [task.id, 999_999])).toEqual([null, null]);
  });
});
