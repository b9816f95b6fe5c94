import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkSignal } from '../../../domain/changes/workSignal.ts';
import { awaitLease } from '../../../domain/engine/lease.ts';
import type { LeaseTaskInput } from '../../../domain/engine/leaseTypes.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { playWorkers } from '../engine/support.ts';

describe('Those who wait for work', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const kind = (scope: string, ...labels: string[]) => ({ scope, labels });
  const jobs = (count: number, scope: string, ...labels: string[]) => ({ ...kind(scope, ...labels), count });

  /** Lets some wait in line for scopes; `woken` gives the numbers of those that are called. */
  async function line(
    signal: WorkSignal,
    wanted: { scopes: string[]; labels?: string[] }[],
    forMs = 60_000,
    stop?: AbortSignal,
  ) {
    const woken: number[] = [];
    const places = wanted.map(({ scopes, labels = [] }, number) => {
      const place = signal.enter({ scopes, labels }, stop);
      place.beginLook(forMs);
      place.sawNothing();
      void place.woken.then(() => woken.push(number));
      return place;
    });
    return {
      places,
      async woken() {
        await vi.advanceTimersByTimeAsync(0);
        return woken.splice(0);
      },
    };
  }
  const of = (...scopes: string[]) => ({ scopes });

  it('are woken as many as there are new jobs, those who have waited longest, whatever else they want', async () => {
    const signal = new WorkSignal();
    const all = [of('a'), of('a'), of('b'), of('b', 'a'), of('a')];
    const { woken } = await line(signal, all);
    signal.wake([jobs(1, 'a')]);
    expect(await woken()).toEqual([0]);
    signal.wake([jobs(2, 'a'), jobs(3, 'c')]);
    expect(await woken()).toEqual([1, 3]);
    signal.wake([jobs(9, 'b')]);
    expect(await woken()).toEqual([2]);
    signal.wake([]);
    expect(await woken()).toEqual([]);
  });

  it('are woken only for what they have the labels for', async () => {
    const signal = new WorkSignal();
    const having = (...labels: string[]) => ({ scopes: ['a'], labels });
    const { woken } = await line(signal, [having(), having('gpu'), having('linux'), having('linux', 'gpu')]);
    signal.wake([jobs(4, 'a', 'gpu')]);
    expect(await woken()).toEqual([1, 3]);
    signal.wake([jobs(1, 'a')]);
    expect(await woken()).toEqual([0]);
  });

  it('are one of each group that wants the same where it is not known what there is', async () => {
    const signal = new WorkSignal();
    const { woken } = await line(signal, [of('a'), of('a'), of('b'), of('b', 'a'), of('a')]);
    signal.wake();
    expect(await woken()).toEqual([0, 2, 3]);
  });

  it('leave to other processes only what there is nobody here for', async () => {
    const signal = new WorkSignal();
    const told: unknown[] = [];
    signal.onWake = (work) => told.push(work);
    const { places } = await line(signal, [of('a'), of('a')]);
    signal.wake([jobs(1, 'a')]);
    expect(told).toEqual([]);
    signal.wake([jobs(3, 'a'), jobs(2, 'b', 'gpu')]);
    signal.wake();
    expect(told.splice(0)).toEqual([[jobs(2, 'a'), jobs(2, 'b', 'gpu')], undefined]);
    // Whoever was woken and goes without a look leaves that to somebody elsewhere, too.
    places[0]?.leave();
    expect(told).toEqual([[jobs(1, 'a')]]);
    expect(signal.wakeHere([jobs(1, 'a')])).toEqual([jobs(1, 'a')]);
    expect(told).toHaveLength(1);
  });

  it('are not alone: who listens to a scope is called with each wake that concerns it', async () => {
    const signal = new WorkSignal();
    let calls = 0;
    const forget = signal.listen('a', () => {
      calls += 1;
    });
    for (const work of [[jobs(1, 'b')], [jobs(1, 'b'), jobs(2, 'a')], undefined]) signal.wake(work);
    expect(calls).toBe(2);
    forget();
    signal.wake([jobs(1, 'a')]);
    expect(calls).toBe(2);
  });

  it('pass on nothing when they took the job that they were woken for, or found that it is gone', async () => {
    const signal = new WorkSignal();
    const { places, woken } = await line(signal, [of('a'), of('a'), of('a')]);
    signal.wake([jobs(2, 'a')]);
    expect(await woken()).toEqual([0, 1]);
    for (const place of places.slice(0, 2)) place.beginLook(60_000);
    places[0]?.tookJob(kind('a'));
    places[1]?.sawNothing();
    for (const place of places.slice(0, 2)) place.leave();
    expect(await woken()).toEqual([]);
  });

  it('pass on what they were woken for when they go without a look, or when it failed', async () => {
    const signal = new WorkSignal();
    const { places, woken } = await line(signal, [of('a'), of('a'), of('a', 'b'), of('a')]);
    signal.wake([jobs(1, 'a')]);
    expect(await woken()).toEqual([0]);
    places[0]?.leave();
    expect(await woken()).toEqual([1]);
    places[1]?.beginLook(60_000);
    places[1]?.leave();
    expect(await woken()).toEqual([2]);
    places[2]?.leave();
    expect(await woken()).toEqual([3]);
  });

  it('let all others look after a look of theirs failed that may have had a job in its hands', async () => {
    const signal = new WorkSignal();
    const told: unknown[] = [];
    signal.onWake = (work) => told.push(work);
    const failing = signal.enter({ scopes: ['a'], labels: [] });
    failing.beginLook(60_000);
    failing.reach();
    const { woken } = await line(signal, [of('a'), of('a'), of('b', 'a')]);
    failing.leave();
    expect([await woken(), told]).toEqual([[0, 2], [undefined]]);
  });

  it('pass on what they were woken for when they took something else', async () => {
    const signal = new WorkSignal();
    const { places, woken } = await line(signal, [of('a', 'b'), of('b'), of('a')]);
    signal.wake([jobs(1, 'a')]);
    expect(await woken()).toEqual([0]);
    places[0]?.beginLook(60_000);
    places[0]?.tookJob(kind('b'));
    places[0]?.leave();
    expect(await woken()).toEqual([2]);
  });

  it('pass on what they were woken for during a look that took another job', async () => {
    const signal = new WorkSignal();
    const first = signal.enter({ scopes: ['a'], labels: [] });
    first.beginLook(60_000);
    const { woken } = await line(signal, [of('a')]);
    signal.wake([jobs(1, 'a')]);
    expect(await woken()).toEqual([]);
    first.tookJob(kind('a'));
    first.leave();
    expect(await woken()).toEqual([0]);
  });

  it('pass on to two others that there may be more when they were woken without a number and found something', async () => {
    const signal = new WorkSignal();
    const { places, woken } = await line(signal, Array(8).fill(of('a')));
    signal.wake();
    expect(await woken()).toEqual([0]);
    places[0]?.beginLook(60_000);
    places[0]?.tookJob(kind('a'));
    places[0]?.leave();
    expect(await woken()).toEqual([1, 2]);
    places[1]?.leave();
    expect(await woken()).toEqual([3]);
  });

  it('pass nothing on when they give up and nobody woke them', async () => {
    const signal = new WorkSignal();
    const { places, woken } = await line(signal, [of('a'), of('a')]);
    places[0]?.leave();
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
    const wanted = Array.from({ length: 2000 }, (_, index) => of(`plan-${index % 1000}`));
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
    await line(signal, [of('a')]);
    await vi.advanceTimersByTimeAsync(3000);
    expect(looks).toHaveLength(1);
    looks[0]?.reject(new Error('away'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(looks).toHaveLength(2);
    signal.close();
  });

  it('all go when it is over, and nobody waits any more', async () => {
    const signal = new WorkSignal();
    const { woken } = await line(signal, [of('a'), of('a'), of('b')]);
    signal.close();
    expect(await woken()).toEqual([0, 1, 2]);
    const late = signal.enter({ scopes: ['a'], labels: [] });
    late.beginLook(60_000);
    expect(await late.woken).toBe(false);
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
    // The run takes about 12, the one that looks about 5; all fifty would take 250.
    const sent = (await quiet()) - before;
    // Each second one of them looks by itself.
    console.log('SENT', sent);
    expect(sent).toBeLessThan(40 + (5 * (performance.now() - began)) / 1000);
    if (lease) await finish(lease);

    for (let index = 0; index < 49; index += 1) await start([{ task: 'warm.up' }]);
    const leases = await Promise.all(waiting);
    expect(new Set(leases.map((one) => one?.leaseId)).size).toBe(50);
  });
});
