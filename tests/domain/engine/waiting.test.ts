import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { WorkSignal } from '../../../domain/changes/workSignal.ts';
import { awaitLease } from '../../../domain/engine/lease.ts';
import { dueLook, takeWaitingSlot } from '../../../domain/engine/waiting.ts';
import { TooManyError } from '../../../domain/input/errors.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { playWorkers } from './support.ts';

describeOnEither('A request that waits for work', (database) => {
  const store = storeOf(database);
  const { start, leased, finish } = playWorkers(store);
  const wanted = (planHash: string, labels: string[] = []) => ({
    worker: 'w',
    requestId: randomUUID(),
    planHashes: [planHash],
    runIds: [],
    labels,
  });

  it('gets a retry as soon as its pause is over, though nothing wakes it', async () => {
    const backoff = { delayMs: 1500, factor: 1, maxMs: 1500 };
    const { planHash } = await start([{ task: 'again', retries: 1, backoff, labels: ['gpu'] }]);
    const first = await awaitLease(store, wanted(planHash, ['gpu']), 0);
    if (first === null) throw new Error('Nothing was there to lease.');
    await finish(first, { exitCode: 1 });
    expect(await awaitLease(store, wanted(planHash), 100)).toBeNull();
    expect((await awaitLease(store, wanted(planHash, ['gpu', 'linux']), 25_000))?.number).toBe(2);
  });

  it('costs one statement with all others, whatever they want', async () => {
    const { planHash } = await start([{ task: 'now' }, { task: 'later', needs: ['now'] }]);
    const other = await start([{ task: 'rest', labels: ['gpu'] }]);
    const scopes = new Set(Array.from({ length: 900 }, (_, index) => `plan-${index}`));
    scopes.add(`plan-${planHash.slice(0, 32)}`);
    const look = dueLook(store);
    await look({ scopes, runIds: new Set() });
    const before = store.db.statements();
    expect(await look({ scopes, runIds: new Set() })).toEqual([
      { scope: `plan-${planHash.slice(0, 32)}`, labels: [] },
    ]);
    expect(store.db.statements() - before).toBe(1);
    const many = new Set([...scopes, ...Array.from({ length: 200 }, (_, index) => `more-${index}`)]);
    expect(await look({ scopes: many, runIds: new Set() })).toContainEqual({
      scope: `plan-${other.planHash.slice(0, 32)}`,
      labels: ['gpu'],
    });
    await finish(await leased(planHash));
  });

  it('costs as many statements with very many queues as with one', async () => {
    const empty = await start([{ task: 'a', labels: ['gpu'] }]);
    const labels = Array.from({ length: 30 }, (_, index) => `label-${index}`);
    const many = await start([
      { task: 'first' },
      ...labels.map((label) => ({ task: label, labels: [label], needs: ['first'] })),
    ]);
    const costOf = async (planHash: string, having: string[]) => {
      const before = store.db.statements();
      const lease = await awaitLease(store, wanted(planHash, having), 0);
      return { task: lease?.task, statements: store.db.statements() - before };
    };
    const { statements } = await costOf(empty.planHash, []);
    expect(await costOf(many.planHash, labels)).toMatchObject({ task: 'first' });
    // Nothing is due in any of its 31 queues now.
    expect(await costOf(many.planHash, labels)).toEqual({ task: undefined, statements });
  });

  it('keeps the exclusive run that it works for looked after', async () => {
    const { runId } = await start([{ task: 'a' }], { exclusive: true });
    const { db } = store;
    await db.query({
      text: "UPDATE runs SET seen_at = now() - interval '1 hour' WHERE run_id = $1",
      values: [runId],
    });
    await dueLook(store)({ scopes: new Set(), runIds: new Set([runId]) });
    const [run] = await db.query<{ seen: boolean }>({
      text: "SELECT seen_at > now() - interval '1 minute' AS seen FROM runs WHERE run_id = $1",
      values: [runId],
    });
    expect(run).toEqual({ seen: true });
  });
});

describe('The places of those who wait for work', () => {
  it('are counted for each worker at its address, not for the key that a fleet shares', () => {
    const store = { work: new WorkSignal() };
    const ask = (worker: string, address: string) =>
      takeWaitingSlot(store, { worker, viewer: 'admin', address });
    const taken = Array.from({ length: 128 }, () => ask('w1', '10.0.0.5'));
    expect(() => ask('w1', '10.0.0.5')).toThrow(TooManyError);
    expect(() => ask('w1', '10.0.0.5')).toThrow(
      'Worker w1 from 10.0.0.5 already has 128 requests waiting for work. Give each worker its own name (--name), or lower --concurrency.',
    );
    ask('w1', '10.0.0.6');
    ask('w2', '10.0.0.5');
    taken[0]?.();
    taken[0]?.();
    ask('w1', '10.0.0.5');
    expect(() => ask('w1', '10.0.0.5')).toThrow(TooManyError);
  });

  it('of one address are bounded, so that names made up do not help', () => {
    const store = { work: new WorkSignal(), maxWaiting: 1000 };
    const ask = (index: number) =>
      takeWaitingSlot(store, { worker: `w${index}`, viewer: 'admin', address: '10.0.0.5' });
    for (let index = 0; index < 1000; index += 1) ask(index);
    expect(() => ask(1000)).toThrow(/1000 requests from 10.0.0.5 are already waiting for work/);
  });
});
