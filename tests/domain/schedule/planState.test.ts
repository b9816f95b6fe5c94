import { beforeEach, expect, it } from 'vitest';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { readPlanState, setPlanState } from '../../../domain/schedule/planState.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { readScheduledRuns } from '../../../domain/schedule/scheduledRuns.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';

describeOnEither('A plan as a whole', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  const definition = { name: 'nightly', steps: [{ task: 'a' }] };
  const settle = async (day: string, now = `${day}T02:30:01Z`) => {
    const input = { definition, schedule: '30 2 * * *', dueTimes: day === '' ? [] : [`${day}T02:30:00Z`] };
    return (await settleDue(store, everything, dueTimesInput.parse(input), now)).scheduledRuns;
  };
  const say = (state: 'active' | 'paused' | 'retired', reason: string | null = null) =>
    setPlanState(store, everything, state, { plan: 'nightly', reason }, 'cli');
  const start = () => startRun(store, everything, startRunInput.parse({ plan: 'nightly' }));

  it('starts nothing by its schedule while it is paused, says why, and goes on once it is resumed', async () => {
    await settle('', '2000-01-01T00:00:00Z');
    expect(await say('paused', 'release week')).toMatchObject({ state: 'paused', saidBy: everything.id });
    const [paused] = await settle('2025-01-15');
    expect(paused).toMatchObject({
      outcome: 'paused',
      runId: null,
      reason: `paused by ${everything.id}: release week`,
    });
    expect((await start()).started).toBe(true);
    expect(await say('active')).toEqual({
      plan: 'nightly',
      project: null,
      state: 'active',
      reason: null,
      saidBy: null,
      saidAt: null,
    });
    // What passed meanwhile is not made up for.
    expect(await settle('2025-01-15', '2025-01-15T03:00:00Z')).toEqual([paused]);
    await store.db.query({ text: "UPDATE agents_tasks SET status = 'skipped' WHERE status = 'queued'" });
    expect(await settle('2025-01-16')).toMatchObject([{ outcome: 'started' }]);
  });

  it('stays as somebody said it when a worker makes it known again', async () => {
    await settle('', '2000-01-01T00:00:00Z');
    for (const state of ['paused', 'retired'] as const) {
      await say(state);
      await registerPlan(store.db, everything, dueTimesInput.shape.definition.parse(definition));
      await settle('', '2000-01-02T00:00:00Z');
      expect(await readPlanState(store.db, { project: '', name: 'nightly' })).toMatchObject({ state });
    }
  });

  it('leaves the lists once it is retired, is not started by its name, and keeps its history', async () => {
    await settle('', '2000-01-01T00:00:00Z');
    await settle('2025-01-14');
    await say('retired', 'its file is gone');
    expect(await settle('2025-01-15')).toMatchObject([{ outcome: 'paused' }]);
    expect(await readScheduledRuns(store.db, null, 10)).toEqual([]);
    expect(await readScheduledRuns(store.db, 'nightly', 10)).toHaveLength(2);
    await expect(start()).rejects.toThrow('nightshift plan resume nightly');
    await expect(startRun(store, everything, startRunInput.parse({ plan: 'other' }))).rejects.toThrow(
      'There is no plan other. No plan is registered yet: start a worker.',
    );
    await say('active');
    expect((await start()).started).toBe(true);
  });

  it('is paused by nobody who misspells its name, and it stays on record who did', async () => {
    await settle('', '2000-01-01T00:00:00Z');
    await expect(
      setPlanState(store, everything, 'paused', { plan: 'nigthly', reason: null }),
    ).rejects.toThrow('There is no plan nigthly. Registered plans: nightly.');
    for (const state of ['paused', 'retired', 'active'] as const) await say(state, 'why');
    const rows = await store.db.query({
      text: "SELECT action, subject, note, viewer_name(viewer) AS viewer, via FROM decisions WHERE action <> 'register' ORDER BY id",
    });
    expect(rows).toEqual(
      ['pause', 'retire', 'resume'].map((action) => ({
        action,
        subject: 'nightly',
        note: 'why',
        viewer: everything.id,
        via: 'cli',
      })),
    );
  });
});
