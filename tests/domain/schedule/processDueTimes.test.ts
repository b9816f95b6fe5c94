import { beforeEach, expect, it } from 'vitest';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { readScheduledRuns } from '../../../domain/schedule/scheduledRuns.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';
import { refuseRuns } from './support.ts';

describeOnBoth('Due times', (database) => {
  const store = storeOf(database);
  const { carryOut } = playWorkers(store);
  beforeEach(() => database.truncate());

  const definition = { name: 'nightly', steps: [{ task: 'a' }] };
  const schedule = '30 2 * * *';
  const settle = async (dueTimes: string[], now: string, more: object = {}) => {
    const input = dueTimesInput.parse({ definition, schedule, dueTimes, ...more });
    return (await settleDue(store, everything, input, now)).scheduledRuns;
  };
  const outcomes = async (...call: Parameters<typeof settle>) =>
    (await settle(...call)).map(({ dueAt, outcome, runId }) => [dueAt.slice(5, 16), outcome, runId]);
  /** Makes the schedule known as of long ago, and gives the hash of the plan. */
  const know = async () => {
    await settle([], '2000-01-01T00:00:00Z');
    const [plan] = await store.db.query<{ hash: string }>({ text: 'SELECT hash FROM plans' });
    return plan?.hash ?? '';
  };

  it('start one run each, however many ask at once', async () => {
    await know();
    const due = ['2025-01-15T02:30:00Z'];
    const answers = await Promise.all(Array.from({ length: 20 }, () => settle(due, '2025-01-15T02:30:01Z')));
    expect(new Set(answers.flat().map(({ runId }) => runId))).toEqual(new Set(['nightly-2025-01-15']));
    expect(await readScheduledRuns(store.db, 'nightly', 10)).toMatchObject([{ outcome: 'started' }]);
    expect(await store.db.query({ text: 'SELECT 1 FROM runs' })).toHaveLength(1);
  });

  it('make up for the last of those that passed while nothing ran, and record the others', async () => {
    await know();
    const due = ['2025-01-13T02:30:00Z', '2025-01-14T20:00:00Z', '2025-01-15T02:30:00Z'];
    expect(await outcomes(due, '2025-01-15T07:00:00Z')).toEqual([
      ['01-13T02:30', 'missed', null],
      ['01-14T20:00', 'missed', null],
      ['01-15T02:30', 'made_up', 'nightly-2025-01-15'],
    ]);
    expect((await readScheduledRuns(store.db, null, 10)).map(({ reason }) => reason)).toEqual([
      null,
      'no server was up when it was due, and a later one replaced it',
      'no server was up for more than 12 hours after it was due',
    ]);
  });

  it('make up for none or for all where the plan says so', async () => {
    await know();
    const due = ['2025-01-15T01:30:00Z', '2025-01-15T02:30:00Z'];
    expect(await outcomes(due, '2025-01-15T07:00:00Z', { catchUp: 'skip' })).toMatchObject([
      ['01-15T01:30', 'missed', null],
      ['01-15T02:30', 'missed', null],
    ]);
    const next = due.map((time) => time.replace('15T', '16T'));
    expect(await outcomes(next, '2025-01-16T07:00:00Z', { catchUp: 'all' })).toMatchObject([
      ['01-16T01:30', 'made_up', 'nightly-2025-01-16'],
      ['01-16T02:30', 'made_up', 'nightly-2025-01-16-2'],
    ]);
  });

  it('leave a start out while a run is under way, and say so', async () => {
    const hash = await know();
    await settle(['2025-01-15T02:30:00Z'], '2025-01-15T02:30:00Z');
    const [left] = await settle(['2025-01-15T02:31:00Z'], '2025-01-15T02:31:00Z');
    expect(left).toMatchObject({ outcome: 'skipped', reason: 'nightly-2025-01-15 was still in progress' });
    await carryOut(hash);
    const [next] = await settle(['2025-01-15T02:32:00Z'], '2025-01-15T02:32:00Z');
    expect(next).toMatchObject({ outcome: 'started', runId: 'nightly-2025-01-15-2' });
  });

  it('leave a late one out when a later one is in time or was seen to', async () => {
    await know();
    const due = ['2025-01-14T20:30:00Z', '2025-01-15T02:30:00Z'];
    expect(await outcomes(due, '2025-01-15T02:31:00Z')).toEqual([
      ['01-14T20:30', 'missed', null],
      ['01-15T02:30', 'started', 'nightly-2025-01-15'],
    ]);
    expect(await outcomes(['2025-01-14T21:30:00Z'], '2025-01-15T02:32:00Z')).toEqual([
      ['01-14T21:30', 'missed', null],
    ]);
  });

  it('do not count before the schedule was known or before they have come', async () => {
    expect(await settle(['2025-01-15T02:30:00Z'], '2025-01-15T02:35:00Z')).toEqual([]);
    await know();
    expect(await settle(['2025-01-16T02:30:00Z'], '2025-01-16T01:30:00Z')).toEqual([]);
    expect(await settle(['2025-01-16T02:30:00Z'], '2025-01-16T02:30:00Z')).toHaveLength(1);
  });

  it('do not count before a changed schedule was known, however long its plan was', async () => {
    await know();
    const changed = { schedule: '0 4 * * *' };
    expect(await settle(['2025-01-15T04:00:00Z'], '2025-01-15T10:00:00Z', changed)).toEqual([]);
    expect(await settle(['2025-01-16T04:00:00Z'], '2025-01-16T10:00:00Z', changed)).toMatchObject([
      { outcome: 'made_up' },
    ]);
    // Back to the former one, which counts from now on again.
    expect(await settle(['2025-01-17T02:30:00Z'], '2025-01-17T10:00:00Z')).toEqual([]);
  });

  it('that could not be started are on record, and are tried again while they may be made up for', async () => {
    await know();
    const allow = await refuseRuns(store.db);
    const due = ['2025-01-15T02:30:00Z'];
    await expect(settle(due, '2025-01-15T02:30:00Z')).rejects.toThrow('no room for runs');
    const [failed] = await readScheduledRuns(store.db, 'nightly', 10);
    expect(failed).toMatchObject({ outcome: 'failed', runId: null });
    await allow();
    const late = await settle(due, '2025-01-15T16:00:00Z');
    expect(late).toMatchObject([{ outcome: 'failed' }]);
    expect(await settle(due, '2025-01-15T09:00:00Z')).toMatchObject([
      { outcome: 'made_up', runId: 'nightly-2025-01-15', reason: null },
    ]);
  });

  it('that the server fails to start are on record as well, and it is told to whoever asked', async () => {
    await know();
    const broken = { ...store, queue: () => Promise.reject(new Error('no queue')) };
    const input = dueTimesInput.parse({ definition, schedule, dueTimes: ['2025-01-15T02:30:00Z'] });
    await expect(settleDue(broken, everything, input, '2025-01-15T02:30:00Z')).rejects.toThrow('no queue');
    expect(await readScheduledRuns(store.db, 'nightly', 10)).toMatchObject([
      { outcome: 'failed', reason: 'the server could not start it; see the log of the server' },
    ]);
    const { scheduledRuns } = await settleDue(store, everything, input, '2025-01-15T02:31:00Z');
    expect(scheduledRuns).toMatchObject([{ outcome: 'started' }]);
  });

  it('of different times that are seen to at once start no two runs side by side', async () => {
    await know();
    const minutes = Array.from({ length: 10 }, (_, minute) => `2025-01-15T02:3${minute}:00Z`);
    await Promise.all(minutes.map((due) => settle([due], '2025-01-15T02:34:00Z')));
    const scheduledRuns = await readScheduledRuns(store.db, 'nightly', 20);
    expect(scheduledRuns.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
    expect(scheduledRuns.filter(({ outcome }) => outcome === 'skipped')).toHaveLength(4);
  });

  it('are started although an earlier run waits for a human', async () => {
    const steps = [
      { task: 'a', approval: 'always' },
      { task: 'b', needs: ['a'] },
    ];
    const asking = { definition: { name: 'nightly', steps } };
    await settle([], '2000-01-01T00:00:00Z', asking);
    const [plan] = await store.db.query<{ hash: string }>({ text: 'SELECT hash FROM plans' });
    await settle(['2025-01-15T02:30:00Z'], '2025-01-15T02:30:00Z', asking);
    await carryOut(plan?.hash ?? '');
    expect(await settle(['2025-01-16T02:30:00Z'], '2025-01-16T02:30:00Z', asking)).toMatchObject([
      { outcome: 'started' },
    ]);
  });
});
