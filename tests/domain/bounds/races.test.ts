import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { leaveRun } from '../../../domain/engine/abandoned.ts';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { finishAttempt } from '../../../domain/engine/finishAttempt.ts';
import { awaitLease } from '../../../domain/engine/lease.ts';
import { retryRun } from '../../../domain/engine/retry.ts';
import { returnLease } from '../../../domain/engine/returnLease.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import { hashDefinition, planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';

const bounds = { projects: ['site'] };
const service: Viewer = { ...viewerNamed('service:ci'), kind: 'service', bounds };
const definition = planDefinition.parse({
  name: 'nightly',
  concurrency: 5,
  steps: [{ task: 'make' }, { task: 'gated', gate: {} }, { task: 'more' }],
});
const home = { project: 'site', isGuessed: false };
const report = attemptReport.parse({ ending: 'exit', exitCode: 0, durationMs: 1 });

describe('A plan that goes to another project at the same moment', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database);
  const asking = (hash: string) => ({
    worker: 'w1',
    requestId: randomUUID(),
    planHashes: [hash],
    runIds: [],
    labels: [],
  });
  const start = (viewer: Viewer, more: object) =>
    startRun(store, viewer, startRunInput.parse({ runId: randomUUID(), ...more }));
  /** Starts a run of which a task runs and another one awaits its gate. */
  const begin = async (exclusive = false) => {
    const { planHash: hash, runId, tasks } = await start(everything, { definition, home, exclusive });
    const lease = exclusive
      ? null
      : await awaitLease(store, asking(hash), 0, undefined, { viewer: '', address: undefined });
    const gated = tasks.find(({ task }) => task === 'gated')?.id ?? 0;
    return { hash, runId, gated, leaseId: lease?.leaseId ?? '' };
  };
  type Begun = Awaited<ReturnType<typeof begin>>;
  const rows = async () =>
    store.db.query({
      text: `SELECT row::text FROM (SELECT * FROM agents_tasks) row UNION ALL SELECT row::text FROM (SELECT * FROM task_attempts) row
        UNION ALL SELECT run_id FROM runs UNION ALL SELECT scope FROM runs ORDER BY 1`,
    });
  beforeEach(() => database.truncate());

  it.each<[string, (begun: Begun) => Promise<unknown>]>([
    ['startRun', () => start(service, { plan: 'nightly' })],
    ['cancelRun', ({ runId }) => cancelRun(store, service, runId)],
    ['retryRun', ({ runId }) => retryRun(store, service, { runId, mode: 'all' })],
    ['decideTask', ({ gated }) => decideTask(store, service, gated, 'approve')],
    ['updateTask', ({ gated }) => updateTask(store, service, gated, { webhookError: 'refused' })],
    [
      'leaseTask',
      ({ hash }) =>
        awaitLease(store, asking(hash), 0, undefined, { viewer: 'service:ci', address: undefined, bounds }),
    ],
    ['extendLease', ({ leaseId }) => extendLease(store, leaseId, 0, undefined, bounds)],
    ['finishAttempt', ({ leaseId }) => finishAttempt(store, leaseId, report, bounds)],
    ['returnLease', ({ leaseId }) => returnLease(store, leaseId, true, bounds)],
  ])('is outside for %s, which waits until that is known', async (_name, act) => {
    const begun = await begin();
    await refusedWhileItMoves(() => act(begun));
  });

  it('is outside for leaveRun', async () => {
    const { runId } = await begin(true);
    await refusedWhileItMoves(() => leaveRun(store, runId, bounds));
  });

  it('is not taken over by who registers it while it comes from elsewhere', async () => {
    await registerPlan(store.db, everything, definition, 'graphql', home);
    const content = planDefinition.parse({ name: 'weekly', steps: [{ task: 'make' }] });
    const coming = meanwhile({
      text: `INSERT INTO plans (hash, name, definition, registered_by, project, is_assumed) VALUES ($1, 'weekly', $2, 'ann', '', true)`,
      values: [hashDefinition(content), JSON.stringify(content)],
    });
    await coming.begun;
    const refused = expect(registerPlan(store.db, service, content, 'graphql', home)).rejects.toThrow(
      'This key may not register the plan weekly, which continues the plan of no project.',
    );
    await ended(coming, isBlocked('INSERT INTO plans'));
    await refused;
    const text = `SELECT project, registered_by FROM plans WHERE name = 'weekly'`;
    expect(await store.db.query({ text })).toEqual([{ project: '', registered_by: 'ann' }]);
  });

  it('starts no scheduled run', async () => {
    await begin();
    const due = { definition, home, schedule: '* * * * *' };
    await settleDue(store, everything, dueTimesInput.parse(due));
    const before = await rows();
    // Registered again, it is of another project before its run starts.
    await store.db.query({
      text: `CREATE FUNCTION move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          UPDATE plans SET project = 'acme/site'; RETURN NEW; END $$;`,
    });
    await store.db.query({
      text: 'CREATE TRIGGER move AFTER INSERT ON schedule_ticks FOR EACH ROW EXECUTE FUNCTION move()',
    });
    const dueTimes = [new Date().toISOString()];
    const { scheduledRuns } = await settleDue(store, service, dueTimesInput.parse({ ...due, dueTimes }));
    await store.db.query({ text: 'DROP TRIGGER move ON schedule_ticks' });
    expect(scheduledRuns).toMatchObject([
      {
        outcome: 'failed',
        reason: expect.stringContaining('This key may not change the plan acme/site:nightly.'),
      },
    ]);
    expect(await rows()).toEqual(before);
  });

  /** Has a plan go to another project while something is done with it, which waits, is refused then and changes nothing. */
  async function refusedWhileItMoves(act: () => Promise<unknown>): Promise<void> {
    const before = await rows();
    const moving = meanwhile({ text: "UPDATE plans SET project = 'acme/site'" });
    await moving.begun;
    const refused = expect(act()).rejects.toThrow(
      /^This key may not .+ limited to plans of the projects site\.$/,
    );
    // A lease waits for the counts of its run, which move along; the others for the plan itself.
    await ended(moving, isBlocked());
    await refused;
    expect(await rows()).toEqual(before);
  }

  /** Changes something in a transaction that goes on until it is ended. */
  function meanwhile(change: { text: string; values?: unknown[] }) {
    const begun = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const done = store.db.transaction(async (tx) => {
      await tx.query(change);
      begun.resolve();
      await asked.promise;
    });
    const end = () => {
      asked.resolve();
      return done;
    };
    return { begun: begun.promise, end };
  }

  /** Ends a change once somebody waits for it, or never did: nothing is left waiting for a test that has failed. */
  const ended = (change: ReturnType<typeof meanwhile>, waiting: Promise<void>) => waiting.finally(change.end);

  /** Waits until a statement of which this is a part waits for another transaction. */
  const isBlocked = (part = '') =>
    eventually(async () => {
      const text = `SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%'`;
      expect(await store.db.query({ text, values: [part] })).toHaveLength(1);
    });
});
