import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { NotRetryableError } from '../../../domain/engine/errors.ts';
import { sweepLeases } from '../../../domain/engine/finishAttempt.ts';
import type { Lease } from '../../../domain/engine/leaseTypes.ts';
import { retryRun, retryTask } from '../../../domain/engine/retry.ts';
import { returnLease } from '../../../domain/engine/returnLease.ts';
import { DomainError } from '../../../domain/input/errors.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { GraphModel, type ModelEnding, type ModelStep } from './graphModel.ts';
import { playWorkers } from './support.ts';

const actions = [
  'lease',
  'lease',
  'lease',
  'lease',
  'finish',
  'finish',
  'finish',
  'approve',
  'approve',
  'reject',
  'cancel',
  'cancelRun',
  'retryRun',
  'retryRun',
  'retryTask',
] as const;
const endings = ['ok', 'ok', 'ok', 'pull', 'skip', 'fail', 'fail', 'lost', 'returned', 'idle'] as const;
const modes = ['failed', 'all', 'from'] as const;

const stepOf = (place: number): fc.Arbitrary<ModelStep> =>
  fc.record({
    needs: fc.subarray(
      Array.from({ length: place }, (_, index) => index),
      { maxLength: Math.min(3, place) },
    ),
    retries: fc.nat(2),
    lock: fc.constantFrom(null, null, 'x', 'y'),
    approval: fc.constantFrom('auto', 'auto', 'always', 'never'),
  });

const scenario = fc.record({
  steps: fc
    .integer({ min: 1, max: 7 })
    .chain((size) => fc.tuple(...Array.from({ length: size }, (_, place) => stepOf(place)))),
  concurrency: fc.integer({ min: 1, max: 4 }),
  runs: fc.integer({ min: 1, max: 2 }),
  actions: fc.array(
    fc.record({ kind: fc.constantFrom(...actions), which: fc.nat(1000), how: fc.nat(1000) }),
    { minLength: 10, maxLength: 45 },
  ),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const reports: Record<Exclude<ModelEnding, 'lost' | 'returned' | 'idle'>, object> = {
  ok: {},
  pull: { outputsUri: 'https://github.com/o/r/pull/1' },
  skip: { exitCode: 77 },
  fail: { exitCode: 1 },
};

describe('Runs of any plan, with whatever is done to them', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database);
  const { start, ask, finish } = playWorkers(store);
  beforeEach(() => database.truncate());
  let number = 0;

  async function play(given: Scenario): Promise<void> {
    number += 1;
    const runIds = Array.from({ length: given.runs }, (_, index) => `run-${number}-${index}`);
    const steps = given.steps.map(({ needs, lock, ...step }, index) => ({
      ...step,
      task: `s${index}`,
      needs: needs.map((need) => `s${need}`),
      // A lock of another scenario would be held for ever.
      lock: lock && `${lock}-${number}`,
      backoff: { delayMs: 0, factor: 1, maxMs: 0 },
    }));
    const definition = { name: `plan-${number}`, concurrency: given.concurrency, steps };
    const ids = new Map<string, number>();
    let planHash = '';
    for (const runId of runIds) {
      const run = await start([], { definition, runId });
      planHash = run.planHash;
      for (const { task, id } of run.tasks) ids.set(`${runId} ${task}`, id);
    }
    const model = new GraphModel(given.steps, given.concurrency, runIds);
    const held: { lease: Lease; task: GraphModel['tasks'][number] }[] = [];
    type ModelTask = GraphModel['tasks'][number];
    const idOf = ({ run, step }: ModelTask) => ids.get(`${run.id} s${step}`) ?? 0;

    const lease = async (): Promise<boolean> => {
      const due = [...model.due];
      const taken = await ask(planHash);
      if (taken === null) {
        expect(due.map(({ run, step }) => `${run.id} s${step}`)).toEqual([]);
        return false;
      }
      const task = due.find((one) => one.run.id === taken.runId && `s${one.step}` === taken.task);
      if (task === undefined) throw new Error(`${taken.task} of ${taken.runId} was not due.`);
      model.lease(task);
      held.push({ lease: taken, task });
      return true;
    };
    const end = async (which: number, ending: ModelEnding) => {
      const [one] = held.splice(which % held.length, 1);
      if (one === undefined) return;
      if (ending === 'lost') {
        await store.db.query({
          text: "UPDATE task_attempts SET lease_expires_at = now() - interval '1 second' WHERE lease_id = $1",
          values: [one.lease.leaseId],
        });
        expect(await sweepLeases(store)).toBe(1);
      } else if (ending === 'returned' || ending === 'idle')
        await returnLease(store, one.lease.leaseId, ending === 'returned');
      else await finish(one.lease, reports[ending]);
      model.finish(one.task, ending);
    };
    /** Does the same to both, which must agree on whether it is allowed. */
    const both = async (real: Promise<unknown>, modelled: boolean, refusal: typeof DomainError) => {
      const refused = await real.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (modelled) expect(refused).toBeUndefined();
      else expect(refused).toBeInstanceOf(refusal);
    };
    const decide = async (task: ModelTask, action: 'approve' | 'reject' | 'cancel') => {
      if (task.approval !== null && task.approval !== 'pending') return;
      await both(decideTask(store, everything, idOf(task), action), model.decide(task, action), DomainError);
    };
    const oneOf = <T>(list: readonly T[], which: number) => list[which % list.length];
    const awaitingOr = (task: ModelTask, which: number) =>
      oneOf(
        model.tasks.filter(({ status }) => status === 'awaiting_approval'),
        which,
      ) ?? task;
    type Act = (task: ModelTask, which: number, how: number) => Promise<unknown>;
    const acts: Record<(typeof actions)[number], Act> = {
      lease,
      finish: (_task, which, how) => end(which, oneOf(endings, how) ?? 'ok'),
      approve: (task, which) => decide(awaitingOr(task, which), 'approve'),
      reject: (task, which) => decide(awaitingOr(task, which), 'reject'),
      cancel: (task, which, how) => decide(how % 4 === 0 ? awaitingOr(task, which) : task, 'cancel'),
      async cancelRun({ run }) {
        await cancelRun(store, everything, run.id);
        model.cancelRun(run);
      },
      retryTask: (task) =>
        both(retryTask(store, everything, idOf(task)), model.retryTask(task), NotRetryableError),
      async retryRun({ run, step }, _which, how) {
        const mode = oneOf(modes, how) ?? 'failed';
        const wanted = { runId: run.id, mode, from: mode === 'from' ? `s${step}` : null };
        await both(retryRun(store, everything, wanted), model.retryRun(run, mode, step), NotRetryableError);
      },
    };
    const compare = async (after: string) => {
      const rows = await store.db.query<{ told: string }>({
        text: `SELECT concat_ws(' ', run_id, task, status, approval_state, attempts) AS told FROM agents_tasks
          WHERE run_id = ANY($1) ORDER BY run_id, step`,
        values: [runIds],
      });
      const expected = model.tasks.map(({ run, step, status, approval, attempts }) =>
        [run.id, `s${step}`, status, ...(approval === null ? [] : [approval]), attempts].join(' '),
      );
      expect(
        rows.map(({ told }) => told),
        after,
      ).toEqual(expected);
    };

    for (const action of given.actions) {
      const { kind, which, how } = action;
      await acts[kind](oneOf(model.tasks, which) as ModelTask, which, how);
      await compare(JSON.stringify(action));
    }
    while (held.length > 0 || (await lease())) {
      while (await lease());
      await end(0, 'ok');
      await compare('the end');
    }
    await compare('all has ended');
    for (const { status } of model.tasks) expect(status).not.toBe('running');
  }

  it('stand after every step as a small model of them says', async () => {
    const numRuns = sized({ short: 60, full: 1000 });
    await fc.assert(fc.asyncProperty(scenario, play), { numRuns });
  });
});
