import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { leaveRun, reclaimAbandonedRuns } from '../../../domain/engine/abandoned.ts';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { NotRetryableError } from '../../../domain/engine/errors.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { retryRun, retryTask } from '../../../domain/engine/retry.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { IdempotencyKeyReusedError, InvalidInputError, NotFoundError } from '../../../domain/input/errors.ts';
import { removeUnusedQueues } from '../../../domain/queue/queues.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { createTaskInput } from '../../../domain/tasks/input.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from './support.ts';

const pullRequest = { outputsUri: 'https://github.com/o/r/pull/7' };

describeOnEither('Steering runs', (database) => {
  const store = storeOf(database);
  const { start, ask, leased, finish, statuses, carryOut } = playWorkers(store);
  beforeEach(() => database.truncate());

  const chain = [{ task: 'a' }, { task: 'b', needs: ['a'] }, { task: 'c', needs: ['b'] }, { task: 'd' }];
  const failing = (name: string) => (task: string) => (task === name ? { exitCode: 1 } : {});
  const idOf = (run: { tasks: { id: number; task: string }[] }, name: string) =>
    run.tasks.find(({ task }) => task === name)?.id ?? 0;

  it('starts the plan that was made known last under a name, with an id of the day', async () => {
    const { planHash } = await start(chain);
    const byName = (more: object = {}) =>
      startRun(store, everything, startRunInput.parse({ plan: 'night', ...more }));
    const [first, second] = [await byName(), await byName({ steps: ['d'] })];
    expect(first.planHash).toBe(planHash);
    expect(first.runId).toMatch(/^night-\d{4}-\d\d-\d\d$/);
    expect(second.runId).toBe(`${first.runId}-2`);
    expect(second.tasks.map(({ task }) => task)).toEqual(['d']);
    await expect(byName({ plan: 'day' })).rejects.toThrow('There is no plan day. Registered plans: night.');
  });

  it('starts a plan although a thousand ids of the day are taken', async () => {
    const name = 'n'.repeat(48);
    const definition = { name, steps: [{ task: 'a' }] };
    const begin = () => startRun(store, everything, startRunInput.parse({ definition }));
    const { runId: first } = await begin();
    await store.db.query({
      text: `INSERT INTO runs (run_id) SELECT $1::text || '-' || n FROM generate_series(2, 1000) n`,
      values: [first],
    });
    for (const { runId, started } of await Promise.all([begin(), begin(), begin()])) {
      expect(started).toBe(true);
      expect(runId).toMatch(new RegExp(`^${first}-[0-9a-z]{4}$`));
    }
  });

  it('starts one run for a hundred requests with one idempotency key', async () => {
    await start([{ task: 'a' }]);
    const input = startRunInput.parse({ plan: 'night', idempotencyKey: 'k' });
    const runs = await Promise.all(Array.from({ length: 100 }, () => startRun(store, everything, input)));
    expect(new Set(runs.map(({ runId }) => runId)).size).toBe(1);
    expect(runs.filter(({ started }) => started)).toHaveLength(1);
    const other = startRunInput.parse({ plan: 'night', idempotencyKey: 'k', inputs: { a: 1 } });
    await expect(startRun(store, everything, other)).rejects.toThrow(IdempotencyKeyReusedError);
  });

  it('makes again what failed and what did not run because of it, and keeps what succeeded', async () => {
    const run = await start(chain);
    await carryOut(run.planHash, failing('b'));
    expect(await statuses(run.runId)).toEqual({ a: 'succeeded', b: 'failed', c: 'skipped', d: 'succeeded' });
    expect(await retryRun(store, everything, { runId: run.runId, mode: 'failed' })).toHaveLength(2);
    expect(await carryOut(run.planHash)).toEqual(['b', 'c']);
    expect(Object.values(await statuses(run.runId))).toEqual(Array(4).fill('succeeded'));
  });

  it('makes again a step and all that needs it, or everything but what was approved', async () => {
    const run = await start(chain);
    await carryOut(run.planHash, (task) => (task === 'd' ? pullRequest : {}));
    await decideTask(store, everything, idOf(run, 'd'), 'approve');
    await retryRun(store, everything, { runId: run.runId, mode: 'from', from: 'b' });
    expect(await carryOut(run.planHash)).toEqual(['b', 'c']);
    await retryRun(store, everything, { runId: run.runId, mode: 'all' });
    expect(await carryOut(run.planHash)).toEqual(['a', 'b', 'c']);
    const kept = await readTask(store.db, idOf(run, 'd'));
    expect(kept).toMatchObject({ status: 'succeeded', approvalState: 'approved', ...pullRequest });
    await expect(retryRun(store, everything, { runId: run.runId, mode: 'from', from: 'x' })).rejects.toThrow(
      InvalidInputError,
    );
  });

  it('leaves alone what awaits approval', async () => {
    const run = await start([{ task: 'a' }, { task: 'b', needs: ['a'] }]);
    await finish(await leased(run.planHash), pullRequest);
    expect(await retryRun(store, everything, { runId: run.runId, mode: 'all' })).toEqual([]);
    expect(await statuses(run.runId)).toEqual({ a: 'awaiting_approval', b: 'queued' });
    await expect(retryTask(store, everything, idOf(run, 'a'))).rejects.toThrow(NotRetryableError);
  });

  it('lets what is due wait again for what it needs and is made again', async () => {
    const run = await start(chain);
    await finish(await leased(run.planHash));
    await finish(await leased(run.planHash));
    await retryRun(store, everything, { runId: run.runId, mode: 'from', from: 'a' });
    const again = await leased(run.planHash);
    expect(again.task).toBe('a');
    expect(await ask(run.planHash)).toBeNull();
    await finish(again);
    expect(await carryOut(run.planHash)).toEqual(['b', 'c']);
  });

  it('leaves no task of an exclusive run behind that its one worker had yet to take', async () => {
    const run = await start([{ task: 'a' }, { task: 'b', lock: 'one' }, { task: 'c' }], { exclusive: true });
    const lease = await ask(run.planHash, { planHashes: [], runIds: [run.runId] });
    if (lease === null) throw new Error('Nothing was there to lease.');
    await finish(lease, { exitCode: 1 });
    await retryRun(store, everything, { runId: run.runId, mode: 'failed' });
    expect((await carryOut(run.planHash)).toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('gives a retried task all its tries again, and counts its attempts on', async () => {
    const backoff = { delayMs: 0, factor: 1, maxMs: 0 };
    const run = await start([{ task: 'a', retries: 1, backoff }]);
    expect(await carryOut(run.planHash, failing('a'))).toEqual(['a', 'a']);
    await retryTask(store, everything, idOf(run, 'a'));
    const third = await leased(run.planHash);
    expect(third.number).toBe(3);
    expect(await finish(third, { exitCode: 1 })).toMatchObject({ status: 'queued' });
    expect(await finish(await leased(run.planHash), { exitCode: 1 })).toMatchObject({ status: 'failed' });
  });

  it('releases and skips dependants when a decision comes the older way, as a change of the approval', async () => {
    const run = await start([
      { task: 'a' },
      { task: 'b', needs: ['a'] },
      { task: 'c' },
      { task: 'd', needs: ['c'] },
    ]);
    for (const lease of [await leased(run.planHash), await leased(run.planHash)])
      await finish(lease, pullRequest);
    await updateTask(store, everything, idOf(run, 'a'), { approvalState: 'approved' });
    await updateTask(store, everything, idOf(run, 'c'), { approvalState: 'rejected', approvalNote: 'no' });
    expect(await statuses(run.runId)).toEqual({ a: 'succeeded', b: 'queued', c: 'failed', d: 'skipped' });
    expect(await carryOut(run.planHash)).toEqual(['b']);
  });

  it('asks anew about a rejected task that was made again', async () => {
    const run = await start([{ task: 'a' }]);
    await finish(await leased(run.planHash), pullRequest);
    await decideTask(store, everything, idOf(run, 'a'), 'reject');
    expect(await retryTask(store, everything, idOf(run, 'a'))).toMatchObject({
      approvalState: null,
      approver: null,
    });
    expect(await finish(await leased(run.planHash), pullRequest)).toMatchObject({
      status: 'awaiting_approval',
      approvalState: 'pending',
    });
  });

  it('refuses to make again what was reported from outside or is not there', async () => {
    const input = createTaskInput.parse({ task: 'x.y', runId: 'outside', status: 'failed' });
    const { task } = await createTask(store, everything, input);
    await expect(retryTask(store, everything, task.id)).rejects.toThrow(NotRetryableError);
    await expect(retryRun(store, everything, { runId: 'outside', mode: 'all' })).rejects.toThrow(
      NotRetryableError,
    );
    await expect(retryRun(store, everything, { runId: 'nowhere', mode: 'all' })).rejects.toThrow(
      NotFoundError,
    );
  });

  it('cancels what has not ended of a run, tells its workers, and leaves what awaits approval', async () => {
    const run = await start([...chain, { task: 'e' }]);
    const first = await leased(run.planHash);
    await finish(await leased(run.planHash), pullRequest);
    expect(await cancelRun(store, everything, run.runId, 'wrong branch')).toBe(4);
    expect(await cancelRun(store, everything, run.runId)).toBe(0);
    expect(await extendLease(store, first.leaseId)).toMatchObject({ cancelled: true });
    expect(await statuses(run.runId)).toEqual({
      a: 'skipped',
      b: 'skipped',
      c: 'skipped',
      d: 'awaiting_approval',
      e: 'skipped',
    });
    expect(await ask(run.planHash)).toBeNull();
    expect(await readTask(store.db, first.taskId)).toMatchObject({ approvalNote: 'wrong branch' });
    await expect(retryRun(store, everything, { runId: run.runId, mode: 'failed' })).rejects.toThrow(
      /being stopped/,
    );
    await finish(first, { ending: 'cancelled', exitCode: null });
    await retryRun(store, everything, { runId: run.runId, mode: 'failed' });
    expect(await carryOut(run.planHash)).toEqual(['a', 'e', 'b', 'c']);
  });

  it('waits again, and asks again, before a further try when what it needs is made again while it runs', async () => {
    const backoff = { delayMs: 0, factor: 1, maxMs: 0 };
    const run = await start([
      { task: 'build' },
      { task: 'deploy', needs: ['build'], gate: {}, retries: 1, backoff },
    ]);
    await finish(await leased(run.planHash));
    await decideTask(store, everything, idOf(run, 'deploy'), 'approve');
    const deploy = await leased(run.planHash);
    await retryRun(store, everything, { runId: run.runId, mode: 'from', from: 'build' });
    await finish(deploy, { exitCode: 1 });
    expect(await carryOut(run.planHash)).toEqual(['build']);
    expect(await statuses(run.runId)).toEqual({ build: 'succeeded', deploy: 'awaiting_approval' });
  });

  it('keeps the lock of a cancelled task until its command has ended', async () => {
    const one = await start([{ task: 'a', lock: 'production' }]);
    const lease = await leased(one.planHash);
    const two = await start([{ task: 'b', lock: 'production' }]);
    await decideTask(store, everything, lease.taskId, 'cancel');
    expect(await ask(two.planHash)).toBeNull();
    await finish(lease, { ending: 'cancelled', exitCode: null });
    expect((await leased(two.planHash)).task).toBe('b');
  });

  it('skips, repeats or supersedes a step whose last work is still pending approval', async () => {
    const plan = (onOpen: string) => [
      { task: 'deps', onOpen },
      { task: 'after', needs: ['deps'] },
    ];
    const opened = await start(plan('run'));
    await finish(await leased(opened.planHash), pullRequest);
    const skipping = await start(plan('skip'));
    expect(await statuses(skipping.runId)).toEqual({ deps: 'skipped', after: 'skipped' });
    const skipped = await readTask(store.db, idOf(skipping, 'deps'));
    expect(skipped.logExcerpt).toContain(
      `${pullRequest.outputsUri} of ${opened.runId} is still pending approval`,
    );
    const running = await start(plan('run'));
    expect(await statuses(running.runId)).toMatchObject({ deps: 'queued' });
    const superseding = await start(plan('supersede'));
    expect(await statuses(superseding.runId)).toMatchObject({ deps: 'queued' });
    expect(await statuses(opened.runId)).toEqual({ deps: 'skipped', after: 'skipped' });
    expect(await readTask(store.db, idOf(opened, 'deps'))).toMatchObject({
      approvalState: 'cancelled',
      approver: 'nightshift',
      approvalNote: `superseded by ${superseding.runId}`,
    });
  });

  const runnerGone = (runId: string) =>
    store.db.query({
      text: "UPDATE runs SET seen_at = now() - interval '1 hour' WHERE run_id = $1",
      values: [runId],
    });

  const reportedLongAgo = (taskId: number) =>
    store.db.query({
      text: "UPDATE task_attempts SET finished_at = now() - interval '1 hour' WHERE task_id = $1",
      values: [taskId],
    });

  it('leaves what waits for a human to any worker, and at once, when the runner of an exclusive run says so', async () => {
    const steps = [{ task: 'a' }, { task: 'b', needs: ['a'] }, { task: 'c' }];
    const run = await start(steps, { exclusive: true, runId: null });
    expect(run.runId).toMatch(/^night-\d{4}-\d\d-\d\d/);
    const lease = await ask(run.planHash, { planHashes: [], runIds: [run.runId] });
    if (lease === null) throw new Error('Nothing was there to lease.');
    await leaveRun(store, run.runId);
    expect(await statuses(run.runId)).toEqual({ a: 'running', b: 'queued', c: 'queued' });
    await finish(lease, pullRequest);
    await leaveRun(store, run.runId);
    expect(await statuses(run.runId)).toEqual({ a: 'awaiting_approval', b: 'queued', c: 'queued' });
    expect(await carryOut(run.planHash)).toEqual(['c']);
    await decideTask(store, everything, lease.taskId, 'approve');
    expect(await carryOut(run.planHash)).toEqual(['b']);
  });

  it('skips what is left of an exclusive run whose runner is gone', async () => {
    const run = await start(chain, { exclusive: true });
    expect(await reclaimAbandonedRuns(store)).toBe(0);
    await runnerGone(run.runId);
    expect(await reclaimAbandonedRuns(store)).toBe(1);
    expect(new Set(Object.values(await statuses(run.runId)))).toEqual(new Set(['skipped']));
    expect(await reclaimAbandonedRuns(store)).toBe(0);
    await retryRun(store, everything, { runId: run.runId, mode: 'failed' });
    expect(await carryOut(run.planHash)).toHaveLength(4);
  });

  it('lets any worker go on with an exclusive run that a human holds up', async () => {
    const run = await start([{ task: 'a' }, { task: 'b', needs: ['a'] }], { exclusive: true });
    const lease = await ask(run.planHash, { runIds: [run.runId] });
    if (lease === null) throw new Error('Nothing was there to lease.');
    await finish(lease, pullRequest);
    await runnerGone(run.runId);
    // Its runner has just reported: it is there.
    expect(await reclaimAbandonedRuns(store)).toBe(0);
    await reportedLongAgo(lease.taskId);
    await reclaimAbandonedRuns(store);
    expect(await statuses(run.runId)).toEqual({ a: 'awaiting_approval', b: 'queued' });
    await decideTask(store, everything, lease.taskId, 'approve');
    expect(await carryOut(run.planHash)).toEqual(['b']);
  });

  it('prunes plans that no run has any more, and due times, with the runs that had them', async () => {
    const kept = await start(chain);
    const old = await start([{ task: 'a' }]);
    await carryOut(old.planHash);
    await store.db.query({
      text: `INSERT INTO schedule_ticks (plan, due_at, outcome) VALUES ('night', '2001-01-01', 'missed')`,
    });
    for (const text of [
      `UPDATE agents_tasks SET started_at = '2001-01-01', finished_at = '2001-01-01' WHERE run_id = $1`,
      `UPDATE task_attempts SET finished_at = '2001-01-01' WHERE task_id IN (SELECT id FROM agents_tasks WHERE run_id = $1)`,
      `UPDATE runs SET created_at = '2001-01-01' WHERE run_id = $1`,
      `UPDATE plans SET registered_at = CASE WHEN EXISTS (SELECT 1 FROM runs WHERE plan_hash = hash AND run_id = $1)
        THEN '2001-01-01'::timestamptz ELSE '2001-01-02' END`,
    ])
      await store.db.query({ text, values: [old.runId] });
    expect(await pruneTasks(store, everything, '2002-01-01T00:00:00Z')).toMatchObject({
      deleted: 1,
      deletedRuns: 1,
    });
    const plans = await store.db.query<{ hash: string }>({ text: 'SELECT hash FROM plans' });
    expect(plans.map(({ hash }) => hash)).toContain(kept.planHash);
    expect(plans.map(({ hash }) => hash)).not.toContain(old.planHash);
    expect(
      await store.db.query({ text: `SELECT 1 FROM schedule_ticks WHERE due_at < '2002-01-01'` }),
    ).toEqual([]);
  });

  it('removes queues that nothing uses, and makes them again', async () => {
    const steps = [{ task: 'a', labels: ['gpu'] }];
    const run = await start(steps);
    await store.db.query({ text: "UPDATE task_queues SET used_at = now() - interval '2 days'" });
    expect(await removeUnusedQueues(store)).toBe(0);
    await cancelRun(store, everything, run.runId);
    expect(await removeUnusedQueues(store)).toBe(1);
    expect(await removeUnusedQueues(store)).toBe(0);
    const again = await start(steps);
    expect(await ask(again.planHash, { labels: ['gpu'] })).not.toBeNull();
  });
});
