import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Turn, WorkSignal } from '../../../domain/changes/workSignal.ts';
import { awaitLease } from '../../../domain/engine/lease.ts';
import type { LeaseTaskInput } from '../../../domain/engine/leaseTypes.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { playWorkers } from '../engine/support.ts';

describe('Those who wait for work', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Lets some wait in line for scopes; `woken` gives the numbers of those that are called. */
  async function line(signal: WorkSignal, scopes: string[][], forMs = 60_000) {
    const woken: number[] = [];
    const turns: Turn[] = [];
    for (const [number, wanted] of scopes.entries()) {
      const turn = signal.wait({ scopes: wanted, labels: [] }, forMs);
      void turn.over.then(() => woken.push(number));
      turns.push(turn);
    }
    return {
      turns,
      async woken() {
        await vi.advanceTimersByTimeAsync(0);
        return woken.splice(0);
      },
    };
  }

  it('are woken one at a time in each group that wants the same, in the order in which they came', async () => {
    const signal = new WorkSignal();
    const { woken } = await line(signal, [['a'], ['a'], ['b'], ['b', 'a'], ['a']]);
    signal.wake();
    expect(await woken()).toEqual([0, 2, 3]);
    signal.wake(['a']);
    expect(await woken()).toEqual([1]);
    signal.wake(['c']);
    expect(await woken()).toEqual([]);
  });

  it('are not alone: who listens to a scope is called with each wake that concerns it', async () => {
    const signal = new WorkSignal();
    let calls = 0;
    const forget = signal.listen('a', () => {
      calls += 1;
    });
    for (const scopes of [['b'], ['b', 'a'], undefined]) signal.wake(scopes);
    expect(calls).toBe(2);
    forget();
    signal.wake(['a']);
    expect(calls).toBe(2);
  });

  it('pass on that there is work: to two when they found some, to one when they go without a look', async () => {
    const signal = new WorkSignal();
    const { turns, woken } = await line(
      signal,
      Array.from({ length: 8 }, () => ['a']),
    );
    signal.wake(['a']);
    expect(await woken()).toEqual([0]);
    turns[0]?.end(true);
    expect(await woken()).toEqual([1, 2]);
    turns[1]?.end(false);
    expect(await woken()).toEqual([3]);
  });

  it('pass nothing on when they give up and nobody woke them', async () => {
    const signal = new WorkSignal();
    const { turns, woken } = await line(signal, [['a'], ['a']]);
    turns[0]?.end(false);
    expect(await woken()).toEqual([0]);
  });

  it('are looked for with one statement a second, however many want different work, and woken only for what is due', async () => {
    const signal = new WorkSignal();
    const looks: number[] = [];
    let due: { scope: string; labels: string[] }[] = [];
    signal.lookForDue = async ({ scopes }) => {
      looks.push(scopes.size);
      return due;
    };
    const wanted = Array.from({ length: 2000 }, (_, index) => [`plan-${index % 1000}`]);
    const { woken } = await line(signal, wanted, 5500);
    await vi.advanceTimersByTimeAsync(3000);
    expect([looks, await woken()]).toEqual([[1000, 1000, 1000], []]);
    due = [
      { scope: 'plan-7', labels: [] },
      { scope: 'plan-8', labels: ['gpu'] },
    ];
    await vi.advanceTimersByTimeAsync(1000);
    expect(await woken()).toEqual([7]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await woken()).toEqual([1007]);
    await vi.advanceTimersByTimeAsync(500);
    expect([looks.length, (await woken()).length]).toEqual([5, 1998]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are looked for again after a look that failed, and never by two looks at once', async () => {
    const signal = new WorkSignal();
    const looks: PromiseWithResolvers<never[]>[] = [];
    signal.lookForDue = () => {
      const look = Promise.withResolvers<never[]>();
      looks.push(look);
      return look.promise;
    };
    await line(signal, [['a']]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(looks).toHaveLength(1);
    looks[0]?.reject(new Error('away'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(looks).toHaveLength(2);
    signal.close();
  });

  it('all go when it is over, and nobody waits any more', async () => {
    const signal = new WorkSignal();
    const { woken } = await line(signal, [['a'], ['a'], ['b']]);
    signal.close();
    expect(await woken()).toEqual([0, 1, 2]);
    await signal.wait({ scopes: ['a'], labels: [] }, 60_000).over;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('Fifty workers that wait for work', () => {
  const database = useDatabase('postgres');

  it('cost the database little, do not all run for one task, and get fifty tasks at once', async () => {
    const store = storeOf(database);
    const { start, finish } = playWorkers(store);
    const { planHash, runId } = await start([{ task: 'warm.up' }]);
    const wait = (input: Partial<LeaseTaskInput> = {}) =>
      awaitLease(
        store,
        { worker: 'w', requestId: randomUUID(), planHashes: [planHash], runIds: [], labels: [], ...input },
        waitLimitMs,
      );
    /** How many statements were sent when a moment has passed without any. */
    const quiet = async () => {
      for (let sent = -1; ; await pause(200)) {
        if (sent === store.db.statements()) return sent;
        sent = store.db.statements();
      }
    };
    const first = await wait();
    if (first?.runId !== runId) throw new Error('The first task was not leased.');
    await finish(first);

    const waiting = Array.from({ length: 50 }, () => wait());
    const before = await quiet();
    const began = performance.now();
    const one = start([{ task: 'warm.up' }]);
    const lease = await Promise.race(waiting);
    expect(lease?.runId).toBe((await one).runId);
    // The run takes about 12, each of the few that look about 5; all fifty would take 250.
    const sent = (await quiet()) - before;
    // Each second one of them looks by itself.
    expect(sent).toBeLessThan(70 + (5 * (performance.now() - began)) / 1000);
    if (lease) await finish(lease);

    for (let index = 0; index < 49; index += 1) await start([{ task: 'warm.up' }]);
    const leases = await Promise.all(waiting);
    expect(new Set(leases.map((one) => one?.leaseId)).size).toBe(50);
  });
});
