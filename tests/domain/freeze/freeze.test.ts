import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../database/database.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { finishAndLease } from '../../../domain/engine/finishAndLease.ts';
import { awaitLease } from '../../../domain/engine/lease.ts';
import { recordSweep } from '../../../domain/engine/recordSweep.ts';
import { sweepUnclaimed } from '../../../domain/engine/unclaimed.ts';
import { readWaitingFor } from '../../../domain/engine/waitingFor.ts';
import { AlreadyFrozenError, freeze, freezeInput, readFreeze, thaw } from '../../../domain/freeze/freeze.ts';
import { OutOfBoundsError } from '../../../domain/input/errors.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { createTaskInput } from '../../../domain/tasks/input.ts';
import { describeOnBoth, describeOnEither, useDatabase } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { playWorkers } from '../engine/support.ts';
import { timePasses } from '../engine/timePasses.ts';

const ann = viewerNamed('ann@example.org');
const bob = viewerNamed('bob@example.org');

describeOnBoth('A server that is frozen', (database) => {
  const store = storeOf(database);
  const { start, ask, leased, finish, statuses } = playWorkers(store);
  beforeEach(() => database.truncate());
  const freezeBy = (viewer = ann, why = 'an incident') =>
    freeze(store, viewer, freezeInput.parse({ why }), 'cli');
  const record = () =>
    store.db.query({
      text: "SELECT action, viewer_name(viewer) AS viewer, note FROM decisions WHERE action IN ('freeze', 'thaw') ORDER BY id",
    });

  it('gives no lease, lets what runs end, and gives all that waited once it is thawed', async () => {
    const run = await start([{ task: 'a' }, { task: 'b' }, { task: 'c', needs: ['a'] }]);
    const lease = await leased(run.planHash);
    await freezeBy();
    expect(await ask(run.planHash)).toBeNull();
    expect(await finish(lease)).toMatchObject({ status: 'succeeded' });
    expect(await ask(run.planHash)).toBeNull();
    const later = await start([{ task: 'd' }]);
    expect(await ask(later.planHash)).toBeNull();
    expect(await statuses(run.runId)).toEqual({ a: 'succeeded', b: 'queued', c: 'queued' });
    await thaw(store, bob);
    expect([(await leased(run.planHash)).task, (await leased(run.planHash)).task].sort()).toEqual(['b', 'c']);
    expect((await leased(later.planHash)).task).toBe('d');
    expect(await ask(run.planHash)).toBeNull();
  });

  it('gives no next task to who reports one, and takes the report', async () => {
    const run = await start([{ task: 'a' }, { task: 'b' }]);
    const lease = await leased(run.planHash);
    await freezeBy();
    const report = attemptReport.parse({ ending: 'exit', exitCode: 0, durationMs: 5 });
    const wish = {
      worker: 'w1',
      requestId: randomUUID(),
      planHashes: [run.planHash],
      runIds: [],
      labels: [],
    };
    const { task, next } = await finishAndLease(store, lease.leaseId, report, wish);
    expect(task.status).toBe('succeeded');
    expect(next?.lease).toBeNull();
    expect(await statuses(run.runId)).toEqual({ a: 'succeeded', b: 'queued' });
    await thaw(store, ann);
    expect((await leased(run.planHash)).task).toBe('b');
  });

  it('says who froze it, since when and why; who does it again changes nothing, and another hears whose it is', async () => {
    const frozen = await freezeBy();
    expect(frozen).toMatchObject({ by: ann.id, why: 'an incident' });
    expect(await freezeBy(viewerNamed('ANN@example.org'), 'another reason')).toEqual(frozen);
    const refused = freezeBy(bob);
    await expect(refused).rejects.toBeInstanceOf(AlreadyFrozenError);
    await expect(refused).rejects.toMatchObject({ freeze: { by: ann.id, why: 'an incident' } });
    expect(await thaw(store, bob, { note: 'all is well' })).toMatchObject({ by: ann.id });
    expect(await thaw(store, bob)).toBeUndefined();
    expect(await readFreeze(store.db)).toBeUndefined();
    expect(await record()).toEqual([
      { action: 'freeze', viewer: ann.id, note: 'an incident' },
      { action: 'thaw', viewer: bob.id, note: 'all is well' },
    ]);
  });

  it('is frozen by one of many who do it at once, and thawed by one', async () => {
    const people = Array.from({ length: 6 }, (_, index) => viewerNamed(`p${index}@example.org`));
    const frozen = await Promise.allSettled(people.map((person) => freezeBy(person)));
    expect(frozen.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const thawed = await Promise.all(people.map((person) => thaw(store, person)));
    expect(thawed.filter((ended) => ended !== undefined)).toHaveLength(1);
    expect(await record()).toHaveLength(2);
  });

  it('is no business of a key that is limited to some plans, and wants a reason', async () => {
    const bounded = { ...everything, bounds: { plans: ['night'] } };
    await expect(freeze(store, bounded, { why: 'x' })).rejects.toBeInstanceOf(OutOfBoundsError);
    await expect(thaw(store, bounded)).rejects.toBeInstanceOf(OutOfBoundsError);
    expect(freezeInput.safeParse({ why: '  ' }).success).toBe(false);
  });

  it('takes decisions, and what they release waits', async () => {
    const run = await start([{ task: 'deploy', gate: {} }]);
    const [task] = run.tasks;
    await freezeBy();
    await decideTask(store, bob, task?.id ?? 0, 'approve');
    expect(await statuses(run.runId)).toEqual({ deploy: 'queued' });
    expect(await ask(run.planHash)).toBeNull();
    expect(await readWaitingFor(store, [task?.id ?? 0])).toMatchObject([
      {
        kind: 'freeze',
        reason: expect.stringMatching(
          /^It waits: the server is frozen by ann@example\.org since .*: an incident\.$/,
        ),
      },
    ]);
    await thaw(store, ann);
    expect((await leased(run.planHash)).task).toBe('deploy');
  });

  it('takes reports of other tools as always', async () => {
    await freezeBy();
    const input = createTaskInput.parse({ task: 't', runId: 'r', status: 'running' });
    const { task } = await createTask(store, everything, input);
    expect(await updateTask(store, everything, task.id, { status: 'succeeded' })).toMatchObject({
      status: 'succeeded',
    });
  });

  it('records due times as paused, and does not catch them up', async () => {
    const definition = { name: 'nightly', steps: [{ task: 'a' }] };
    const settle = async (day: string, now = `${day}T02:30:01Z`) => {
      const input = { definition, schedule: '30 2 * * *', dueTimes: day === '' ? [] : [`${day}T02:30:00Z`] };
      return (await settleDue(store, everything, dueTimesInput.parse(input), now)).scheduledRuns;
    };
    await settle('', '2000-01-01T00:00:00Z');
    const { since } = await freezeBy();
    const [paused] = await settle('2025-01-15');
    expect(paused).toMatchObject({
      outcome: 'paused',
      runId: null,
      reason: `frozen by ${ann.id} since ${since.slice(0, 16).replace('T', ' ')} UTC: an incident`,
    });
    await thaw(store, ann);
    expect(await settle('2025-01-15', '2025-01-15T03:00:00Z')).toEqual([paused]);
    expect(await settle('2025-01-16')).toMatchObject([{ outcome: 'started' }]);
  });

  it('gives its tasks at once to those who wait for work when it is thawed', async () => {
    const run = await start([{ task: 'a' }]);
    await freezeBy();
    const input = {
      worker: 'w1',
      requestId: randomUUID(),
      planHashes: [run.planHash],
      runIds: [],
      labels: [],
    };
    const waiting = awaitLease(store, input, 25_000);
    await expect.poll(() => store.work.size).toBe(1);
    await thaw(store, ann);
    expect(await waiting).toMatchObject({ task: 'a' });
  });
});

describeOnEither('A task that waits for a worker while the server is frozen', (database) => {
  const store = storeOf(database);
  const { start, ask, statuses } = playWorkers(store);
  const { skipWatched } = timePasses(store);
  beforeEach(() => database.truncate());

  it('does not fail for want of one, and has its whole time once it is thawed', async () => {
    await recordSweep(store);
    const sweep = () => sweepUnclaimed(store);
    const { runId, planHash } = await start([{ task: 'a' }]);
    await skipWatched(60, sweep);
    await freeze(store, ann, { why: 'an incident' });
    await skipWatched(10 * 24 * 3600, sweep);
    expect(await statuses(runId)).toEqual({ a: 'queued' });
    await thaw(store, ann);
    await skipWatched(60, sweep);
    expect(await statuses(runId)).toEqual({ a: 'queued' });
    expect(await ask(planHash)).toMatchObject({ task: 'a' });
  });
});

describe('A freeze that comes while two replicas give leases', () => {
  const database = useDatabase('postgres');
  const rounds = sized({ short: 8, full: 60 });

  it('lets no attempt begin once it has answered, and keeps none of the tasks from those who come later', async () => {
    const other = await openDatabase(database.config());
    onTestFinished(() => other.close());
    const replicas = [storeOf(database), storeOf({ db: () => other })] as const;
    for (let round = 0; round < rounds; round += 1) {
      const [store, second] = round % 2 === 0 ? replicas : ([replicas[1], replicas[0]] as const);
      const steps = Array.from({ length: 30 }, (_, index) => ({ task: `t${index}` }));
      const definition = { name: `night-${round}`, concurrency: 30, steps };
      const { runId, planHash } = await playWorkers(store).start([], { definition });
      const begun = async () => {
        const text = "SELECT 1 FROM agents_tasks WHERE run_id = $1 AND status <> 'queued'";
        return (await store.db.query({ text, values: [runId] })).length;
      };
      let isOver = false;
      const asked = Array.from({ length: 8 }, () => 0);
      const taking = asked.map(async (_, index) => {
        const { ask } = playWorkers(index % 2 === 0 ? store : second);
        while (!isOver) {
          await ask(planHash, { worker: `w${index}` });
          asked[index] = (asked[index] ?? 0) + 1;
        }
      });
      await expect.poll(begun, { interval: 1 }).toBeGreaterThan(round % 5);
      await freeze(second, ann, { why: 'an incident' });
      const atOnce = await begun();
      // What was on its way has ended, and each of them has asked again.
      const before = [...asked];
      await expect.poll(() => asked.every((count, index) => count > (before[index] ?? 0) + 1)).toBe(true);
      isOver = true;
      await Promise.all(taking);
      expect(await begun()).toBe(atOnce);
      await thaw(store, ann);
      expect(await playWorkers(second).carryOut(planHash)).toHaveLength(30 - atOnce);
    }
  });
});
