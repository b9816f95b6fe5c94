import { beforeEach, expect, it } from 'vitest';
import { settleDue, settleDueInput } from '../../../domain/schedule/settleDue.ts';
import { readTicks } from '../../../domain/schedule/ticks.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

describeOnBoth('Due times', (database) => {
  const store = storeOf(database);
  const { carryOut } = playWorkers(store);
  beforeEach(() => database.truncate());

  const definition = { name: 'nightly', steps: [{ task: 'a' }] };
  const settle = (dueTimes: string[], now: string, more: object = {}) =>
    settleDue(store, everything, settleDueInput.parse({ definition, dueTimes, ...more }), now);
  const outcomes = async (...call: Parameters<typeof settle>) =>
    (await settle(...call)).map(({ dueAt, outcome, runId }) => [dueAt.slice(5, 16), outcome, runId]);
  /** Makes the plan known as of long ago, and gives its hash. */
  const know = async () => {
    await settle(['2000-01-01T00:00:00Z'], '2000-01-01T00:00:00Z');
    const [plan] = await store.db.query<{ hash: string }>({
      text: "UPDATE plans SET created_at = '2020-01-01' RETURNING hash",
    });
    return plan?.hash ?? '';
  };

  it('start one run each, however many ask at once', async () => {
    await know();
    const due = ['2025-01-15T02:30:00Z'];
    const answers = await Promise.all(Array.from({ length: 20 }, () => settle(due, '2025-01-15T02:30:01Z')));
    expect(new Set(answers.flat().map(({ runId }) => runId))).toEqual(new Set(['nightly-2025-01-15']));
    expect(await readTicks(store.db, 'nightly', 10)).toMatchObject([{ outcome: 'started' }]);
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
    expect((await readTicks(store.db, null, 10)).map(({ reason }) => reason)).toEqual([
      null,
      'nothing ran when it was due; a later one was made up for',
      'nothing ran for more than 12 hours after it was due',
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
    expect(left).toMatchObject({ outcome: 'skipped', reason: 'nightly-2025-01-15 was still under way' });
    await carryOut(hash);
    const [next] = await settle(['2025-01-15T02:32:00Z'], '2025-01-15T02:32:00Z');
    expect(next).toMatchObject({ outcome: 'started', runId: 'nightly-2025-01-15-2' });
  });

  it('do not count before the plan was known or before they have come', async () => {
    expect(await settle(['2025-01-15T02:30:00Z'], '2025-01-15T02:30:00Z')).toEqual([]);
    await know();
    expect(await settle(['2025-01-15T02:30:00Z'], '2025-01-15T01:30:00Z')).toEqual([]);
    expect(await settle(['2025-01-15T02:30:00Z'], '2025-01-15T02:30:00Z')).toHaveLength(1);
  });
});
