import { beforeEach, expect, it } from 'vitest';
import { messageOf } from '../../../channels/messages/messageOf.ts';
import type { Channel } from '../../../contract/words/notifications.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { recordSweep } from '../../../domain/engine/recordSweep.ts';
import { sweepUnclaimed } from '../../../domain/engine/unclaimed.ts';
import { makeDigest } from '../../../domain/notifications/digest.ts';
import { takeDelivery } from '../../../domain/notifications/take.ts';
import { hashDefinition, planDefinition } from '../../../domain/plans/planDefinition.ts';
import { setPlanState } from '../../../domain/schedule/planState.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { readScheduledRuns } from '../../../domain/schedule/scheduledRuns.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, forgetDeliveryJobs, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';
import { timePasses } from '../engine/timePasses.ts';
import { refuseRuns } from './support.ts';

const channels: Channel[] = [{ name: 'slack', recipient: null }];

describeOnEither('A due time', (database) => {
  const store = storeOf(database, channels);
  const { ask, leased, finish, statuses } = playWorkers(store);
  const { skipWatched, pass } = timePasses(store);
  beforeEach(async () => {
    await database.truncate();
    await forgetDeliveryJobs(store);
    await recordSweep(store);
  });

  const plan = { name: 'nightly', steps: [{ task: 'a' }, { task: 'b', needs: ['a'] }] };
  const settle = async (dueTimes: string[], now: string, definition: object = plan, more: object = {}) => {
    const given = { definition, schedule: '30 2 * * *', dueTimes, ...more };
    return (await settleDue(store, everything, dueTimesInput.parse(given), now)).scheduledRuns;
  };
  const know = async (definition: object = plan) => {
    await settle([], '2000-01-01T00:00:00Z', definition);
    return hashDefinition(planDefinition.parse(definition));
  };
  const night = (day: number, definition: object = plan) =>
    settle([`2025-01-${day}T02:30:00Z`], `2025-01-${day}T02:30:01Z`, definition);
  const later = (seconds: number) => skipWatched(seconds, () => sweepUnclaimed(store));
  async function told(): Promise<string[]> {
    const texts: string[] = [];
    for (let next = await takeDelivery(store, 60_000); next; next = await takeDelivery(store, 60_000))
      texts.push(messageOf(next, undefined).text);
    return texts;
  }
  const reasonOf = async (runId: string, task: string) => {
    const [row] = await store.db.query<{ reason: string }>({
      text: 'SELECT reason FROM agents_tasks WHERE run_id = $1 AND task = $2',
      values: [runId, task],
    });
    return row?.reason;
  };

  it('that was skipped is told', async () => {
    await know();
    await night(15);
    await night(16);
    expect(await told()).toEqual([
      'Plan nightly was not started at 2025-01-16 02:30 UTC: skipped, nightly-2025-01-15 was still in progress',
    ]);
  });

  it('that was missed is told together with the others, each once', async () => {
    await know();
    const due = Array.from({ length: 1000 }, (_, hour) =>
      new Date(Date.UTC(2025, 0, 15) - hour * 3_600_000).toISOString(),
    );
    await settle(due, '2025-01-15T20:00:00Z');
    expect(await told()).toEqual([
      'Plan nightly was not started 1000 times: missed, no server was up for more than 12 hours after it was due',
    ]);
    await settle(due, '2025-01-15T21:00:00Z');
    expect(await told()).toEqual([]);
  });

  it('that passed unseen a moment ago is told together with the others of its plan', async () => {
    const every = { schedule: '* * * * *' };
    await settle([], '2000-01-01T00:00:00Z', plan, every);
    const due = [30, 31, 32, 33].map((minute) => `2025-01-15T02:${minute}:00Z`);
    const scheduledRuns = await settle(due, '2025-01-15T02:33:30Z', plan, every);
    expect(scheduledRuns.map(({ outcome }) => outcome)).toEqual(['started', 'skipped', 'skipped', 'skipped']);
    expect(await told()).toEqual([
      'Plan nightly was not started 3 times: skipped, nightly-2025-01-15 was still in progress',
    ]);
    await settle(due, '2025-01-15T02:33:40Z', plan, every);
    expect(await told()).toEqual([]);
  });

  it('that was missed shares its notification with one that was skipped then', async () => {
    const hourly = { schedule: '0 * * * *' };
    await settle([], '2000-01-01T00:00:00Z', plan, hourly);
    await settle(['2025-01-14T20:00:00Z'], '2025-01-14T20:00:01Z', plan, hourly);
    const due = ['2025-01-15T00:00:00Z', '2025-01-15T01:00:00Z', '2025-01-15T02:00:00Z'];
    const scheduledRuns = await settle(due, '2025-01-15T02:00:10Z', plan, hourly);
    expect(scheduledRuns.map(({ outcome }) => outcome)).toEqual(['missed', 'missed', 'skipped']);
    expect(await told()).toEqual([expect.stringMatching(/^Plan nightly was not started 3 times: skipped, /)]);
  });

  it('that was recorded by a process which then went away is told with the next look', async () => {
    await know();
    await night(15);
    await night(16);
    await told();
    await store.db.query({
      text: `UPDATE schedule_ticks SET told_at = NULL, recorded_at = now() - interval '2 minutes' WHERE outcome = 'skipped'`,
    });
    await settle([], '2025-01-16T02:35:00Z');
    expect(await told()).toEqual([expect.stringContaining('was not started at 2025-01-16 02:30 UTC')]);
    await settle([], '2025-01-16T02:36:00Z');
    expect(await told()).toEqual([]);
  });

  it('that failed is told once, however often it is tried again', async () => {
    await know();
    const allow = await refuseRuns(store.db);
    for (let time = 0; time < 2; time += 1) await expect(night(15)).rejects.toThrow('no room for runs');
    await allow();
    expect(await readScheduledRuns(store.db, 'nightly', 10)).toMatchObject([{ outcome: 'failed' }]);
    expect(await told()).toEqual([expect.stringContaining('failed, ')]);
  });

  it('of a paused plan is not told, nor one that was started', async () => {
    await know();
    await night(15);
    await setPlanState(store, everything, 'paused', { plan: 'nightly' });
    expect(await night(16)).toMatchObject([{ outcome: 'paused' }]);
    expect(await told()).toEqual([]);
  });

  it('is told in the morning or never, where the plan says so', async () => {
    const quiet = { ...plan, notify: { schedule: 'digest' } };
    await know(quiet);
    await night(15, quiet);
    await night(16, quiet);
    await night(17, { ...plan, notify: { schedule: 'never' } });
    expect(await told()).toEqual([]);
    await database.db().query({ text: 'TRUNCATE digests' });
    await makeDigest(store, { time: '07:00', zone: 'UTC' }, new Date('2025-01-17T07:30:00Z'));
    expect(await told()).toEqual(['Nightshift on 2025-01-17: 1 run not started']);
  });

  it('skips what no worker asked for of the nights before, and starts its run', async () => {
    await know();
    await night(15);
    await later(0);
    await later(130);
    expect(await night(16)).toMatchObject([{ outcome: 'started', runId: 'nightly-2025-01-16' }]);
    expect(await statuses('nightly-2025-01-15')).toEqual({ a: 'skipped', b: 'skipped' });
    expect(await reasonOf('nightly-2025-01-15', 'a')).toMatch(
      /^no worker asked for it since .* UTC, and its plan was due again; replaced by nightly-2025-01-16$/,
    );
    expect(await told()).toEqual(['nightly-2025-01-15: 2 skipped']);
  });

  it('skips a run of a former content to its end, although one task at a time could be taken', async () => {
    const old = { name: 'nightly', steps: Array.from({ length: 5 }, (_, place) => ({ task: `s${place}` })) };
    await know(old);
    await night(15, old);
    const hash = await know();
    await later(0);
    await ask(hash);
    await later(130);
    expect(await night(16)).toMatchObject([{ outcome: 'started' }]);
    expect(new Set(Object.values(await statuses('nightly-2025-01-15')))).toEqual(new Set(['skipped']));
  });

  it('is skipped while a worker that fits is there, busy or not', async () => {
    const hash = await know({ ...plan, steps: [{ task: 'a' }, { task: 'c' }] });
    const wide = { ...plan, steps: [{ task: 'a' }, { task: 'c' }] };
    await night(15, wide);
    await leased(hash);
    for (let time = 0; time < 5; time += 1) {
      await later(30);
      await store.db.query({ text: 'UPDATE worker_looks SET seen_at = now()' });
    }
    expect(await night(16, wide)).toMatchObject([{ outcome: 'skipped' }]);
    expect(await statuses('nightly-2025-01-15')).toMatchObject({ c: 'queued' });
  });

  it('is skipped while a task pauses before a retry, and while one waits for a held lock', async () => {
    const backoff = { delayMs: 2_000_000, factor: 1, maxMs: 2_000_000 };
    const patient = { name: 'nightly', steps: [{ task: 'a', retries: 1, backoff }] };
    const hash = await know(patient);
    await night(15, patient);
    await finish(await leased(hash), { exitCode: 1 });
    await later(0);
    await later(130);
    expect(await night(16, patient)).toMatchObject([{ outcome: 'skipped' }]);

    const locking = (name: string) => ({ name, steps: [{ task: 'a', lock: 'db' }] });
    const holder = await know(locking('holder'));
    await settle(['2025-01-15T02:30:00Z'], '2025-01-15T02:30:01Z', locking('holder'));
    await leased(holder);
    const waiter = {
      ...locking('waiter'),
      steps: [
        { task: 'g', approval: 'always' },
        { task: 'a', lock: 'db' },
      ],
    };
    const two = { ...waiter, concurrency: 2 };
    const waiting = await know(two);
    await settle(['2025-01-15T02:30:00Z'], '2025-01-15T02:30:01Z', two);
    await finish(await leased(waiting));
    expect(await statuses('waiter-2025-01-15')).toEqual({ g: 'awaiting_approval', a: 'queued' });
    expect(await settle(['2025-01-16T02:30:00Z'], '2025-01-16T02:30:01Z', two)).toMatchObject([
      { outcome: 'skipped', reason: 'waiter-2025-01-15 was still in progress' },
    ]);
  });

  it('skips nothing of a run that a worker still works on', async () => {
    const mixed = { name: 'nightly', steps: [{ task: 'gpu', labels: ['gpu'] }, { task: 'any' }] };
    const hash = await know(mixed);
    await night(15, mixed);
    await later(0);
    const lease = await leased(hash);
    for (let time = 0; time < 5; time += 1) {
      await later(25);
      await extendLease(store, lease.leaseId);
    }
    expect(await night(16, mixed)).toMatchObject([
      { outcome: 'skipped', reason: 'nightly-2025-01-15 was still in progress' },
    ]);
    expect(await statuses('nightly-2025-01-15')).toEqual({ gpu: 'queued', any: 'running' });
    await finish(lease);
    expect(await night(17, mixed)).toMatchObject([{ outcome: 'started' }]);
    expect(await statuses('nightly-2025-01-15')).toEqual({ gpu: 'skipped', any: 'succeeded' });
  });

  it('skips nothing right after a time in which nobody looked, unless it was unclaimed before that', async () => {
    await know();
    await night(15);
    await later(0);
    await later(60);
    await pass(8 * 3600);
    await recordSweep(store);
    expect(await night(16)).toMatchObject([{ outcome: 'skipped' }]);
    await later(70);
    await pass(8 * 3600);
    await recordSweep(store);
    expect(await night(17)).toMatchObject([{ outcome: 'started' }]);
  });
});
