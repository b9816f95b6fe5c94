import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { recordSweep } from '../../../domain/engine/recordSweep.ts';
import { sweepUnclaimed } from '../../../domain/engine/unclaimed.ts';
import { hashDefinition, planDefinition } from '../../../domain/plans/planDefinition.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { playWorkers } from './support.ts';
import { timePasses } from './timePasses.ts';

/** What may happen, one thing after the other. */
type Event =
  /** A look and a sweep, so many seconds after those before: in time, or after a silence. */
  | { is: 'look'; after: number }
  /** A worker asks and gets nothing: one that fits, or one without the label. */
  | { is: 'ask'; fits: boolean }
  /** A worker that fits and is busy with something else extends its lease. */
  | { is: 'extend' }
  /** The task has another job, which is due only after the next look. */
  | { is: 'pause' };

const looks = (max: number) =>
  fc.record({ is: fc.constant('look' as const), after: fc.integer({ min: 1, max }).map((six) => 6 * six) });
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 12, arbitrary: looks(2) },
  { weight: 1, arbitrary: looks(1000) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('ask' as const), fits: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ is: 'extend' as const }) },
  { weight: 1, arbitrary: fc.constant({ is: 'pause' as const }) },
);

// No sum of times that pass comes within two seconds of any of these, so that a slow machine changes nothing.
const leaseSeconds = 34;
const [certain, silence, told, fails] = [4 * leaseSeconds, 15, 63, 303];

/** Counts the seconds for which no fitting worker asked for a task, in the plainest way. */
class Model {
  counted: number | undefined;
  isTold = false;
  hasFailed = false;
  readonly #seen = { asking: Number.POSITIVE_INFINITY, busy: 0 };
  #unbroken = 0;
  #isPaused = false;
  #isFresh = true;

  look(after: number): void {
    const inTime = after < silence;
    this.#seen.asking += after;
    this.#seen.busy += after;
    this.#unbroken = inTime ? this.#unbroken + after : 0;
    if (this.hasFailed) return;
    if (this.counted !== undefined && inTime) this.counted += after;
    const isUnasked = Math.min(this.#seen.asking, this.#seen.busy) > leaseSeconds;
    if (isUnasked && this.#isFresh && !this.#isPaused) this.counted ??= 0;
    if (this.counted !== undefined && this.#unbroken > certain) {
      this.hasFailed = this.counted > fails;
      this.isTold ||= this.counted > told;
    }
    this.#isPaused = false;
    this.#isFresh = true;
  }

  /** A sign is noted three times in a lease. */
  sign(by: 'asking' | 'busy'): void {
    if (this.#seen[by] < leaseSeconds / 3) return;
    this.#seen[by] = 0;
    this.#begin();
  }

  pause(): void {
    this.#isPaused = true;
    this.#begin();
  }

  /** The time begins with the look after the one that finds that it has to. */
  #begin(): void {
    if (this.counted !== undefined) this.#isFresh = false;
    this.counted = undefined;
    this.isTold = false;
  }
}

describe('The time of a task that no worker asks for', () => {
  const database = useDatabase('postgres');
  const store = Object.assign(storeOf(database), { leaseMs: leaseSeconds * 1000 });
  const { start, ask } = playWorkers(store);
  const { pass } = timePasses(store);
  const definition = {
    name: 'night',
    steps: [{ task: 'a', labels: ['gpu'] }],
    unclaimedAfterMs: told * 1000,
    unclaimedFailsMs: fails * 1000,
  };
  const planHash = hashDefinition(planDefinition.parse(definition));

  /** A task that waits, a worker that would fit and is busy with another, and what may happen to them. */
  async function prepare() {
    await database.truncate();
    await store.queue();
    await store.db.query({ text: 'DELETE FROM pgboss.job' });
    await recordSweep(store);
    const { planHash: other } = await start([{ task: 'long' }]);
    const busy = await ask(other, { planHashes: [other, planHash], labels: ['gpu'], worker: 'busy' });
    const { runId } = await start([], { definition });
    let anchor = performance.now();
    let isPaused = false;
    const setDue = (when: string) =>
      store.db.query({
        text: `UPDATE pgboss.job SET start_after = ${when} WHERE data ->> 'runId' = $1`,
        values: [runId],
      });
    return {
      async look(after: number) {
        const now = performance.now();
        await pass(after - (now - anchor) / 1000);
        anchor = now;
        await recordSweep(store);
        await sweepUnclaimed(store);
        isPaused = false;
        await setDue('now()');
      },
      async ask(fits: boolean) {
        await setDue("now() + interval '1 day'");
        expect(await ask(planHash, { worker: `asks ${fits}`, labels: fits ? ['gpu'] : [] })).toBeNull();
        if (!isPaused) await setDue('now()');
      },
      async extend() {
        await store.db.query({ text: "UPDATE task_attempts SET lease_expires_at = now() + interval '30 s'" });
        await extendLease(store, busy?.leaseId ?? '');
      },
      async pause() {
        isPaused = true;
        await store.db.query({
          text: `WITH job AS (UPDATE pgboss.job SET id = gen_random_uuid(), start_after = now() + interval '1 day'
              WHERE data ->> 'runId' = $1 RETURNING id)
            UPDATE agents_tasks SET job_id = job.id FROM job WHERE run_id = $1 AND status = 'queued'`,
          values: [runId],
        });
      },
      async state() {
        const [row] = await store.db.query<{ status: string; isTold: boolean; counted: number | null }>({
          text: `SELECT status, told_at IS NOT NULL AS "isTold", (extract(epoch FROM looked_at - since)
              - (sweeps.silent_ms - mark.silent_ms) / 1000.0)::float8 AS counted
            FROM sweeps, agents_tasks LEFT JOIN unclaimed_jobs mark ON mark.job_id = agents_tasks.job_id
            WHERE run_id = $1 AND sweeps.id = 1`,
          values: [runId],
        });
        return row;
      },
    };
  }

  type Real = Awaited<ReturnType<typeof prepare>>;

  async function act(real: Real, model: Model, one: Event): Promise<void> {
    if (one.is === 'look') {
      await real.look(one.after);
      model.look(one.after);
    } else if (one.is === 'ask') {
      await real.ask(one.fits);
      if (one.fits) model.sign('asking');
    } else if (one.is === 'extend') {
      await real.extend();
      model.sign('busy');
    } else {
      await real.pause();
      model.pause();
    }
  }

  function compare(state: Awaited<ReturnType<Real['state']>>, model: Model): void {
    expect(state?.status).toBe(model.hasFailed ? 'failed' : 'queued');
    if (model.hasFailed) return;
    expect(state?.isTold ?? false).toBe(model.isTold);
    if (model.counted === undefined) expect(state?.counted).toBeNull();
    else expect(Math.abs((state?.counted ?? Number.NaN) - model.counted)).toBeLessThan(2.5);
  }

  it('is counted as a small model counts it, whatever happens', async () => {
    const check = async (events: readonly Event[]) => {
      const real = await prepare();
      const model = new Model();
      for (const one of events) {
        await act(real, model, one);
        if (one.is === 'look') compare(await real.state(), model);
        if (model.hasFailed) return;
      }
    };
    const numRuns = sized({ short: 25, full: 500 });
    const events = fc.array(event, { minLength: 10, maxLength: 70, size: 'max' });
    await fc.assert(fc.asyncProperty(events, check), { numRuns });
  });
});
