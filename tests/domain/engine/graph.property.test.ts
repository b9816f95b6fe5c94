import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import type { Lease } from '../../../domain/engine/leaseTypes.ts';
import { retryRun } from '../../../domain/engine/retry.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { playWorkers } from './support.ts';

/** What the attempts at a task come to, one after the other; the last holds for all further ones. */
type Script = readonly ('ok' | 'fail' | 'skip' | 'approve' | 'reject')[];

interface Scenario {
  /** The needs of each step, as places of steps before it. */
  needs: readonly (readonly number[])[];
  retries: readonly number[];
  scripts: readonly Script[];
  concurrency: number;
  retry: boolean;
}

const scenario: fc.Arbitrary<Scenario> = fc.integer({ min: 1, max: 8 }).chain((size) =>
  fc.record({
    needs: fc.tuple(
      ...Array.from({ length: size }, (_, index) =>
        fc.subarray(Array.from({ length: index }, (_v, at) => at)),
      ),
    ),
    retries: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: size, maxLength: size }),
    scripts: fc.array(
      fc.array(fc.constantFrom('ok', 'ok', 'fail', 'skip', 'approve', 'reject'), {
        minLength: 1,
        maxLength: 4,
      }),
      { minLength: size, maxLength: size },
    ) as fc.Arbitrary<Script[]>,
    concurrency: fc.integer({ min: 1, max: 4 }),
    retry: fc.boolean(),
  }),
);

type Outcome = Script[number];

/** What an attempt at a step comes to, by how many were made before. */
function outcomeOf({ scripts }: Scenario, step: number, made: number): Outcome {
  const script = scripts[step] ?? [];
  return script[Math.min(made, script.length - 1)] ?? 'ok';
}

const ends = { ok: 'succeeded', approve: 'succeeded', skip: 'own skip', reject: 'failed', fail: 'failed' };

/** Says what must become of each step and how many attempts it takes, by following the needs in order. */
function model(given: Scenario): { states: string[]; attempts: number[] } {
  const { needs, retries, scripts, retry } = given;
  const states: string[] = [];
  const attempts = scripts.map(() => 0);
  const makeAttempts = (step: number) => {
    const tries = 1 + (retries[step] ?? 0);
    const outcomes = Array.from({ length: tries }, (_, index) =>
      outcomeOf(given, step, (attempts[step] ?? 0) + index),
    );
    const good = outcomes.findIndex((outcome) => outcome !== 'fail');
    attempts[step] = (attempts[step] ?? 0) + (good === -1 ? tries : good + 1);
    return ends[outcomes.at(good) ?? 'fail'];
  };
  const pass = (isDue: (state: string | undefined) => boolean) => {
    for (const step of scripts.keys()) {
      const isBlocked = (needs[step] ?? []).some((need) => states[need] !== 'succeeded');
      if (isDue(states[step])) states[step] = isBlocked ? 'skipped' : makeAttempts(step);
    }
  };
  pass(() => true);
  if (retry) pass((state) => state === 'failed' || state === 'skipped');
  return { states: states.map((state) => (state === 'own skip' ? 'skipped' : state)), attempts };
}

const pullRequest = { outputsUri: 'https://github.com/o/r/pull/1' };
const reports = {
  ok: {},
  fail: { exitCode: 1 },
  skip: { exitCode: 77 },
  approve: pullRequest,
  reject: pullRequest,
} satisfies Record<Outcome, object>;

describe('A run of any plan', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database);
  const { start, finish, statuses, carryOutInPairs } = playWorkers(store);
  beforeEach(() => database.truncate());

  it('ends as a small model of it says, whatever its tasks come to', async () => {
    const check = async (given: Scenario) => {
      const steps = given.needs.map((needs, index) => ({
        task: `s${index}`,
        needs: needs.map((need) => `s${need}`),
        retries: given.retries[index],
        backoff: { delayMs: 0, factor: 1, maxMs: 0 },
      }));
      const definition = { name: 'any', concurrency: given.concurrency, steps };
      const run = await start([], { definition });
      const made = given.scripts.map(() => 0);
      const act = async (lease: Lease) => {
        const step = Number(lease.task.slice(1));
        const outcome = outcomeOf(given, step, made[step] ?? 0);
        made[step] = (made[step] ?? 0) + 1;
        await finish(lease, reports[outcome]);
        if (outcome === 'approve' || outcome === 'reject')
          await decideTask(store, everything, lease.taskId, outcome);
      };
      await carryOutInPairs(run.planHash, act);
      if (given.retry) {
        await retryRun(store, everything, { runId: run.runId, mode: 'failed' });
        await carryOutInPairs(run.planHash, act);
      }
      const states = await statuses(run.runId);
      const expected = model(given);
      expect(given.scripts.map((_, index) => states[`s${index}`])).toEqual(expected.states);
      expect(made).toEqual(expected.attempts);
    };
    const numRuns = sized({ short: 60, full: 1000 });
    await fc.assert(fc.asyncProperty(scenario, check), { numRuns });
  });
});
