import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { inEngine } from '../../../domain/engine/inEngine.ts';
import { releaseReady } from '../../../domain/engine/release.ts';
import { retryRun } from '../../../domain/engine/retry.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { pruneDaily } from '../../../domain/retention/pruneDaily.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { describeOnBoth, describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

const day = 24 * 3600_000;
const daysAgo = (days: number) => new Date(Date.now() - days * day).toISOString();

describeOnBoth('A prune', (database) => {
  const store = storeOf(database);
  const { start, ask, leased, finish, statuses, carryOut } = playWorkers(store);
  beforeEach(() => database.truncate());

  const prune = (days = 90) => pruneTasks(store, everything, daysAgo(days));
  const sql = (text: string, ...values: unknown[]) => store.db.query({ text, values });
  /** Makes all of a run so many days older. */
  async function age(runId: string, days: number) {
    const older = (columns: string[]) =>
      columns.map((column) => `${column} = ${column} - $2 * interval '1 day'`).join(', ');
    const ofRun = 'task_id IN (SELECT id FROM agents_tasks WHERE run_id = $1)';
    await sql(`UPDATE runs SET ${older(['created_at'])} WHERE run_id = $1`, runId, days);
    const ofTask = older(['created_at', 'started_at', 'finished_at']);
    await sql(`UPDATE agents_tasks SET ${ofTask} WHERE run_id = $1`, runId, days);
    await sql(`UPDATE task_attempts SET ${older(['started_at', 'finished_at'])} WHERE ${ofRun}`, runId, days);
    await sql(`UPDATE approvals SET ${older(['requested_at', 'ended_at'])} WHERE ${ofRun}`, runId, days);
  }
  const nothing = { deleted: 0, deletedRuns: 0 };

  it('lets what needs an approval wait on, however long nobody has decided', async () => {
    const steps = [
      { task: 'pr', approval: 'always' },
      { task: 'deploy', needs: ['pr'] },
    ];
    const { runId, planHash, tasks } = await start(steps);
    await carryOut(planHash);
    await age(runId, 91);
    expect(await prune()).toMatchObject({ ...nothing, keptRuns: 1 });
    expect(await ask(planHash)).toBeNull();
    await decideTask(store, everything, tasks[0]?.id ?? 0, 'approve');
    expect(await carryOut(planHash)).toEqual(['deploy']);
  });

  it('leaves a task that has run for longer its lease and its lock', async () => {
    const steps = [{ task: 'long', lock: 'production' }];
    const { runId, planHash } = await start(steps);
    const lease = await leased(planHash);
    await start(steps);
    await age(runId, 91);
    expect(await prune()).toMatchObject({ ...nothing, keptRuns: 1 });
    expect(await ask(planHash)).toBeNull();
    await finish(lease);
    expect(await carryOut(planHash)).toEqual(['long']);
  });

  it('leaves the lock to a cancelled task as long as its command is being ended', async () => {
    const steps = [{ task: 'long', lock: 'production' }];
    const { runId, planHash, tasks } = await start(steps);
    const lease = await leased(planHash);
    await start(steps);
    await decideTask(store, everything, tasks[0]?.id ?? 0, 'cancel');
    await age(runId, 91);
    expect(await prune()).toMatchObject({ ...nothing, keptRuns: 1 });
    expect(await ask(planHash)).toBeNull();
    await finish(lease, { ending: 'cancelled', exitCode: null });
    expect(await carryOut(planHash)).toEqual(['long']);
  });

  it('deletes a run whole once its last end is older, and not while a part of it is younger', async () => {
    const { runId, planHash } = await start([{ task: 'a' }, { task: 'b', needs: ['a'] }]);
    await finish(await leased(planHash));
    await age(runId, 91);
    await carryOut(planHash);
    expect(await prune()).toMatchObject({ ...nothing, keptRuns: 1 });
    await age(runId, 91);
    expect(await prune()).toMatchObject({ deleted: 2, deletedRuns: 1, keptRuns: 0 });
    for (const table of ['agents_tasks', 'runs', 'task_attempts'])
      expect(await sql(`SELECT 1 FROM ${table}`)).toEqual([]);
  });

  it.each([
    [
      'an action at its pull request is owed',
      `UPDATE approvals SET pull_action = 'merge', pull_action_state = 'owed'`,
    ],
    [
      'a message about it is still to be sent',
      `INSERT INTO deliveries (id, kind, channel, task_id, payload) SELECT gen_random_uuid(), 'approval.needed', 'slack', id, '{}' FROM agents_tasks`,
    ],
    [
      'its summary is still to be sent',
      `INSERT INTO deliveries (id, kind, channel, run_id, payload) SELECT gen_random_uuid(), 'run.finished', 'slack', run_id, '{}' FROM runs`,
    ],
  ])('keeps a run of which %s', async (_what, statement) => {
    const { runId, planHash, tasks } = await start([{ task: 'pr', approval: 'always' }]);
    await carryOut(planHash);
    await decideTask(store, everything, tasks[0]?.id ?? 0, 'approve');
    await sql(statement);
    await age(runId, 91);
    expect(await prune()).toMatchObject({ ...nothing, keptRuns: 1 });
  });

  it('takes the tasks of outside reporters each by its start, also of one eternal run id and in a run of the engine', async () => {
    const report = (runId: string, startedAt: string) =>
      createTask(store, everything, { task: 'seo', runId, status: 'succeeded', startedAt });
    const { runId } = await start([{ task: 'open' }]);
    for (const name of ['eternal', runId]) for (const days of [200, 91, 1]) await report(name, daysAgo(days));
    await sql(`UPDATE runs SET created_at = now() - interval '200 days'`);
    expect(await prune()).toMatchObject({ deleted: 4, deletedRuns: 0, keptRuns: 1 });
    expect(await sql('SELECT 1 FROM agents_tasks')).toHaveLength(3);
  });

  it('deletes the run of an outside reporter with its last task, however young its row is', async () => {
    const report = (runId: string, startedAt: string) =>
      createTask(store, everything, { task: 'seo', runId, status: 'succeeded', startedAt });
    for (const days of [91, 92]) await report('old', daysAgo(days));
    for (const days of [91, 1]) await report('half', daysAgo(days));
    expect(await prune()).toMatchObject({ deleted: 3, deletedRuns: 1, keptRuns: 0 });
    expect(await sql('SELECT run_id FROM runs')).toEqual([{ run_id: 'half' }]);
    await report('old', daysAgo(1));
    expect(await sql(`SELECT succeeded FROM run_counts WHERE run_id = 'old'`)).toEqual([{ succeeded: 1 }]);
  });

  it('keeps on record who pruned and what was gone by then when it fails half-way', async () => {
    await sql(`INSERT INTO agents_tasks (task, run_id, status, started_at)
      SELECT 'a', 'r' || n % 7, 'succeeded', now() - interval '100 days' + n * interval '1 second' FROM generate_series(1, 5001) n`);
    await sql(`INSERT INTO agents_tasks (task, run_id, status, started_at)
      VALUES ('last', 'r', 'succeeded', now() - interval '91 days')`);
    await sql(`CREATE FUNCTION refuse_last() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'This row cannot be read.'; END $$`);
    await sql(`CREATE TRIGGER refuse_last BEFORE DELETE ON agents_tasks FOR EACH ROW
      WHEN (OLD.task = 'last') EXECUTE FUNCTION refuse_last()`);
    onTestFinished(async () => void (await sql('DROP FUNCTION refuse_last() CASCADE')));
    await expect(prune()).rejects.toThrow('This row cannot be read.');
    expect(await sql('SELECT 1 FROM agents_tasks')).toHaveLength(2);
    expect(
      await sql(`SELECT viewer_name(viewer) AS viewer, note FROM decisions WHERE action = 'prune'`),
    ).toEqual([
      {
        viewer: 'local',
        note: '5,000 tasks and 6 runs deleted, then the prune failed and the rest was kept',
      },
    ]);
  });

  it('keeps the row of a run for what outside reporters have added to it', async () => {
    const { runId, planHash } = await start([{ task: 'a' }]);
    await carryOut(planHash);
    await age(runId, 91);
    await createTask(store, everything, { task: 'seo', runId, status: 'succeeded' });
    expect(await prune()).toMatchObject({ deleted: 1, deletedRuns: 0, keptRuns: 0 });
    expect(await statuses(runId)).toEqual({ seo: 'succeeded' });
  });

  it('keeps the latest content of each plan, and due times that a worker may still come with', async () => {
    const { runId, planHash } = await start([{ task: 'old' }]);
    await carryOut(planHash);
    await age(runId, 91);
    const latest = await start([{ task: 'new' }]);
    await carryOut(latest.planHash);
    await age(latest.runId, 91);
    await sql(`UPDATE plans SET registered_at = registered_at - interval '91 days'`);
    const dueAt = new Date(Date.now() - 20_000).toISOString();
    const definition = { name: 'other', steps: [{ task: 'a' }] };
    const due = dueTimesInput.parse({ definition, schedule: '* * * * *', dueTimes: [dueAt] });
    const { scheduledRuns } = await settleDue(store, everything, due);
    expect(scheduledRuns).toMatchObject([{ outcome: 'started' }]);
    expect(await prune()).toMatchObject({ deletedRuns: 2 });
    expect(await sql(`SELECT hash FROM plans WHERE name = 'night'`)).toEqual([{ hash: latest.planHash }]);
    await carryOut(
      ((await sql(`SELECT hash FROM plans WHERE name = 'other'`)) as { hash: string }[])[0]?.hash ?? '',
    );
    await prune(-1);
    expect(await sql('SELECT 1 FROM runs')).toEqual([]);
    expect((await settleDue(store, everything, due)).scheduledRuns).toEqual(scheduledRuns);
    expect(await sql('SELECT 1 FROM runs')).toEqual([]);
  });

  it('is made by the server once a day, whichever replica comes first', async () => {
    const { runId, planHash } = await start([{ task: 'a' }]);
    await carryOut(planHash);
    await age(runId, 8);
    const both = await Promise.all([pruneDaily(store, 7), pruneDaily(store, 7)]);
    expect(both.filter((pruned) => pruned !== undefined)).toMatchObject([{ deletedRuns: 1 }]);
    expect(await pruneDaily(store, 7)).toBeUndefined();
    await sql(`UPDATE sweeps SET looked_at = looked_at - interval '1 day'`);
    expect(await pruneDaily(store, 7)).toMatchObject({ deletedRuns: 0 });
    expect(
      await sql(`SELECT viewer_name(viewer) AS viewer, via FROM decisions WHERE action = 'prune'`),
    ).toEqual(Array(2).fill({ viewer: 'nightshift', via: 'engine' }));
  });

  it('and a retry of a run at the same time leave it whole or delete it whole', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { runId, planHash } = await start([{ task: 'a' }, { task: 'b', needs: ['a'] }]);
      await carryOut(planHash, () => ({ exitCode: 1 }));
      await age(runId, 91);
      await Promise.allSettled([prune(), retryRun(store, everything, { runId, mode: 'failed' })]);
      const left = await statuses(runId);
      expect([0, 2]).toContain(Object.keys(left).length);
      if (left.b !== undefined) expect(left).toEqual({ a: 'queued', b: 'queued' });
      await carryOut(planHash);
    }
  });

  it('refuses no report to a run that it finds empty at the same time', async () => {
    const report = { task: 'seo', runId: 'eternal', status: 'succeeded' } as const;
    for (let round = 0; round < 30; round += 1) {
      await createTask(store, everything, { ...report, startedAt: daysAgo(91) });
      await sql(`UPDATE runs SET created_at = now() - interval '200 days'`);
      const key = round % 2 === 0 ? undefined : randomUUID();
      await Promise.all([prune(), createTask(store, everything, report, key)]);
    }
    expect(await sql('SELECT 1 FROM agents_tasks')).toHaveLength(30);
  });
});

describeOnEither('What a step needs', (database) => {
  const store = storeOf(database);
  const { start, statuses, carryOut, leased, finish } = playWorkers(store);
  beforeEach(() => database.truncate());
  const steps = [{ task: 'a' }, { task: 'b', needs: ['a'] }, { task: 'c', needs: ['b'] }, { task: 'd' }];

  it('counts as done when the run was started without it', async () => {
    const { runId, planHash } = await start(steps, { steps: ['b', 'd'] });
    expect((await carryOut(planHash)).sort()).toEqual(['b', 'd']);
    expect(await statuses(runId)).toEqual({ b: 'succeeded', d: 'succeeded' });
  });

  it('keeps it from running when that is gone from the record', async () => {
    const { runId, planHash, tasks } = await start(steps, { steps: ['a', 'b', 'c'] });
    const lease = await leased(planHash);
    await store.db.query({ text: `DELETE FROM agents_tasks WHERE id = $1`, values: [tasks[0]?.id] });
    await finish(lease).catch(() => undefined);
    await createTask(store, everything, { task: 'x', runId, status: 'succeeded' });
    await inEngine(store, (engine) => releaseReady(engine, runId));
    expect(await carryOut(planHash)).toEqual([]);
    expect(await statuses(runId)).toMatchObject({ b: 'skipped', c: 'skipped' });
    const [{ reason } = { reason: '' }] = await store.db.query<{ reason: string }>({
      text: `SELECT reason FROM agents_tasks WHERE task = 'b'`,
    });
    expect(reason).toBe('needs a, whose task was deleted');
  });
});
