import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awaitWork, type LookedFor } from '../../../domain/changes/awaitWork.ts';
import type { WorkKind } from '../../../domain/changes/newWork.ts';
import type { Place } from '../../../domain/changes/place.ts';
import { type WantedWork, WorkSignal } from '../../../domain/changes/workSignal.ts';
import { sized } from '../../support/form.ts';

const kinds: WorkKind[] = [
  { scope: 'a', labels: [] },
  { scope: 'a', labels: ['gpu'] },
  { scope: 'b', labels: [] },
];
const wants: WantedWork[] = [
  { scopes: ['a'], labels: [] },
  { scopes: ['a'], labels: ['gpu'] },
  { scopes: ['b', 'a'], labels: [] },
  { scopes: ['b'], labels: ['gpu'] },
];

interface Job {
  kind: WorkKind;
  isHeld: boolean;
}

const replica = fc.nat({ max: 1 });
const action = fc.oneof(
  fc.record({
    does: fc.constant('enter' as const),
    replica,
    wants: fc.constantFrom(...wants),
    fails: fc.nat({ max: 1 }),
  }),
  fc.record({
    does: fc.constant('make' as const),
    replica,
    kind: fc.constantFrom(...kinds),
    count: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ does: fc.constant('leave' as const), which: fc.nat() }),
);

/** Everything happens in an order of the scheduler's: looks, ends of transactions, and what replicas tell each other. */
function play(scheduler: fc.Scheduler) {
  const jobs: Job[] = [];
  const waiting = new Map<AbortController, WantedWork>();
  const replicas = [new WorkSignal(), new WorkSignal()];
  const soon = () => scheduler.schedule(Promise.resolve());
  let looks = 0;
  for (const [index, signal] of replicas.entries())
    signal.onWake = (work) => void soon().then(() => replicas[1 - index]?.wakeHere(work));
  const fits = ({ scopes, labels }: WantedWork, { kind }: Job) =>
    scopes.includes(kind.scope) && kind.labels.every((label) => labels.includes(label));
  const look = async (
    wanted: WantedWork,
    fails: boolean,
    place: Pick<Place, 'reach'>,
  ): Promise<LookedFor<Job>> => {
    looks += 1;
    await soon();
    const job = jobs.find((one) => !one.isHeld && fits(wanted, one));
    if (job === undefined) {
      await soon();
      return null;
    }
    place.reach();
    job.isHeld = true;
    await soon();
    if (fails) {
      job.isHeld = false;
      await soon();
      throw new Error('The database is away.');
    }
    jobs.splice(jobs.indexOf(job), 1);
    return { found: job, took: job.kind };
  };
  return {
    looks: () => looks,
    enter(where: number, wanted: WantedWork, fails = 0): void {
      const signal = replicas[where];
      if (signal === undefined) throw new Error('There are two replicas.');
      const stop = new AbortController();
      waiting.set(stop, wanted);
      let left = fails;
      const patience = { waitMs: 3_600_000, signal: stop.signal };
      void awaitWork(signal, wanted, patience, (place) => look(wanted, left-- > 0, place))
        .catch(() => undefined)
        .finally(() => waiting.delete(stop));
    },
    make(where: number, kind: WorkKind, count: number): void {
      for (let made = 0; made < count; made += 1) jobs.push({ kind, isHeld: false });
      void soon().then(() => replicas[where]?.wake([{ ...kind, count }]));
    },
    leave(which: number): void {
      [...waiting.keys()][which % waiting.size]?.abort();
    },
    /** The jobs that are there, and that somebody who waits could do. */
    missed: () => jobs.filter((job) => [...waiting.values()].some((wanted) => fits(wanted, job))),
    end(): void {
      for (const signal of replicas) signal.close();
    },
  };
}

describe('Those who wait for work in two replicas', () => {
  it('miss no job, whoever goes, fails or comes at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(action, { maxLength: 30 }), async (scheduler, script) => {
        const world = play(scheduler);
        for (const one of script) {
          void scheduler.schedule(Promise.resolve()).then(() => {
            if (one.does === 'enter') world.enter(one.replica, one.wants, one.fails);
            else if (one.does === 'make') world.make(one.replica, one.kind, one.count);
            else world.leave(one.which);
          });
        }
        await scheduler.waitIdle();
        const missed = world.missed();
        world.end();
        expect(missed).toEqual([]);
      }),
      { numRuns: sized({ short: 500, full: 20_000 }) },
    );
  });

  it('look once for each job when nobody goes and nothing fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 5 }),
        async (scheduler, workers, made) => {
          const world = play(scheduler);
          const [wanted] = wants;
          const [kind] = kinds;
          if (wanted === undefined || kind === undefined) return;
          for (let count = 0; count < workers; count += 1) world.enter(0, wanted);
          await scheduler.waitIdle();
          for (const count of made) world.make(0, kind, count);
          await scheduler.waitIdle();
          const jobs = made.reduce((sum, count) => sum + count, 0);
          world.end();
          expect(world.looks() - workers).toBe(Math.min(jobs, workers));
        },
      ),
      { numRuns: sized({ short: 100, full: 2000 }) },
    );
  });
});
