import { expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { retryRun, retryTask } from '../../../domain/engine/retry.ts';
import type { StartedRun } from '../../../domain/engine/startRun.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import type { Task } from '../../../domain/tasks/task.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { playWorkers } from './support.ts';

const pull = 'https://github.com/acme/site/pull/7';
const noPause = { delayMs: 0, factor: 1, maxMs: 0 };

describeOnEither('A step with a gate', (database) => {
  const store = storeOf(database);
  const { start, ask, leased, finish, statuses, carryOut } = playWorkers(
    store,
    'https://github.com/acme/site',
  );
  const [ada, ben] = [viewerNamed('ada'), viewerNamed('ben')];

  /** Starts a run of a step that needs another and has a gate, and brings it to its gate. */
  async function toGate(more: object = {}, options: object = {}) {
    const run = await start(
      [{ task: 'build' }, { task: 'deploy', needs: ['build'], gate: {}, ...more }],
      options,
    );
    const deploy = run.tasks.find(({ task }) => task === 'deploy') as Task;
    expect((await statuses(run.runId)).deploy).toBe('queued');
    await finish(await leased(run.planHash));
    expect(await readTask(store.db, deploy.id)).toMatchObject({
      status: 'awaiting_approval',
      approvalState: 'pending',
      startedAt: null,
      finishedAt: null,
    });
    expect(await ask(run.planHash)).toBeNull();
    return { ...run, id: deploy.id };
  }
  const approvalOf = async (id: number) => (await readApprovals(store.db, [id]))[0];
  const approve = (id: number, by = ada, approvalId?: number) =>
    decideTask(store, by, id, 'approve', { approvalId });

  it('awaits approval before it runs, once what it needs has succeeded, and runs once somebody approved it', async () => {
    const { planHash, id } = await toGate();
    expect(await approvalOf(id)).toMatchObject({ kind: 'gate', state: 'pending' });
    expect(await approve(id)).toMatchObject({
      status: 'queued',
      approvalState: null,
      approver: null,
      approvalNote: null,
      finishedAt: null,
    });
    expect(await approvalOf(id)).toMatchObject({ kind: 'gate', state: 'approved', voters: ['ada'] });
    const lease = await leased(planHash);
    expect(lease).toMatchObject({ task: 'deploy', number: 1 });
    expect(await finish(lease)).toMatchObject({ status: 'succeeded', approvalState: null });
  });

  it('is asked of at once, whether or not there is a place', async () => {
    const run = await start([{ task: 'slow' }, { task: 'deploy', gate: {} }], {
      definition: { name: 'narrow', concurrency: 1, steps: [{ task: 'slow' }, { task: 'deploy', gate: {} }] },
    });
    expect(await statuses(run.runId)).toEqual({ slow: 'queued', deploy: 'awaiting_approval' });
    const deploy = run.tasks.find(({ task }) => task === 'deploy')?.id ?? 0;
    const slow = await leased(run.planHash);
    await approve(deploy);
    expect(await ask(run.planHash)).toBeNull();
    await finish(slow);
    expect((await leased(run.planHash)).task).toBe('deploy');
  });

  it('never runs when it is rejected, cancelled or nobody decides in time', async () => {
    for (const [action, status] of [
      ['reject', 'failed'],
      ['cancel', 'skipped'],
    ] as const) {
      const { planHash, id } = await toGate();
      expect(await decideTask(store, ada, id, action)).toMatchObject({ status, approver: 'ada' });
      expect(await ask(planHash)).toBeNull();
    }
    const { planHash, id } = await toGate({ gate: { expiresAfterMs: 1000 } });
    await store.db.query({
      text: "UPDATE approvals SET expires_at = now() - interval '1 s' WHERE ended_at IS NULL",
    });
    await expireApprovals(store);
    expect(await readTask(store.db, id)).toMatchObject({ status: 'failed', approvalState: 'expired' });
    expect(await ask(planHash)).toBeNull();
  });

  it('lets nothing run by time alone, and brings nothing about', async () => {
    for (const [gate, why] of [
      [{ onExpire: 'approve' }, /gate\.onExpire` must be expire, reject or escalate for a gate/],
      [{ onApprove: 'merge' }, /gate\.onApprove` must be none for a gate/],
    ] as const) {
      const definition = planDefinition.parse({ name: 'wrong', steps: [{ task: 'deploy', gate }] });
      await expect(registerPlan(store.db, everything, definition)).rejects.toThrow(why);
    }
  });

  it('is approved by as many, and by whom, its policy says', async () => {
    const { planHash, id } = await toGate({ gate: { required: 2, approvers: ['ada', 'ben'] } });
    await expect(approve(id, viewerNamed('eve'))).rejects.toThrow('only ada, ben may approve it');
    expect(await approve(id)).toMatchObject({ status: 'awaiting_approval' });
    expect(await approve(id)).toMatchObject({ status: 'awaiting_approval' });
    expect(await ask(planHash)).toBeNull();
    expect(await approve(id, ben)).toMatchObject({ status: 'queued' });
    expect((await leased(planHash)).task).toBe('deploy');
  });

  it('waits a second time for what it made, and nobody approves that by repeating the gate', async () => {
    const { planHash, id } = await toGate({ approval: 'always' });
    const gate = (await approvalOf(id))?.id ?? 0;
    await approve(id);
    // The answer was lost: the same again is a success that changes nothing.
    expect(await approve(id)).toMatchObject({ status: 'queued' });
    await finish(await leased(planHash), { outputsUri: pull });
    const output = await approvalOf(id);
    expect(output).toMatchObject({ kind: 'output', state: 'pending' });
    // Repeated by the approval of the gate, which was decided so.
    expect(await approve(id, ada, gate)).toMatchObject({ status: 'awaiting_approval' });
    await expect(approve(id)).rejects.toThrow('its gate was approved before it ran');
    await expect(decideTask(store, ben, id, 'reject')).rejects.toThrow('its gate was approved before it ran');
    await expect(approve(id, ben, gate)).rejects.toThrow('it now waits for approval');
    expect(await readTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    expect(await approve(id, ada, output?.id)).toMatchObject({ status: 'succeeded', approver: 'ada' });
  });

  it('keeps its approval for automatic tries, and is asked of again after a retry by hand', async () => {
    const { planHash, id, runId } = await toGate({ retries: 1, backoff: noPause });
    await approve(id);
    await finish(await leased(planHash), { exitCode: 1 });
    expect((await leased(planHash)).number).toBe(2);
    await store.db.query({ text: "UPDATE task_attempts SET lease_expires_at = now() - interval '1 s'" });
    await decideTask(store, ada, id, 'cancel');
    await store.db.query({
      text: "UPDATE task_attempts SET finished_at = now(), ended_by = 'cancelled' WHERE finished_at IS NULL",
    });
    await retryTask(store, everything, id);
    expect(await statuses(runId)).toMatchObject({ deploy: 'awaiting_approval' });
    await decideTask(store, ada, id, 'reject');
    await retryTask(store, everything, id);
    expect(await statuses(runId)).toMatchObject({ deploy: 'awaiting_approval' });
    expect(await ask(planHash)).toBeNull();
  });

  it('is asked of again when what it needs is made again by hand', async () => {
    for (const isApproved of [false, true]) {
      const { planHash, id, runId } = await toGate();
      const first = (await approvalOf(id))?.id;
      if (isApproved) await approve(id);
      await retryRun(store, everything, { runId, mode: 'from', from: 'build' });
      expect(await statuses(runId)).toEqual({ build: 'queued', deploy: 'queued' });
      const build = await leased(planHash);
      expect(build.task).toBe('build');
      expect(await ask(planHash)).toBeNull();
      await finish(build);
      expect(await statuses(runId)).toMatchObject({ deploy: 'awaiting_approval' });
      expect((await approvalOf(id))?.id).not.toBe(first);
    }
  });

  it('is cancelled with its run', async () => {
    const { runId, id } = await toGate();
    expect(await cancelRun(store, ada, runId)).toBe(1);
    expect(await readTask(store.db, id)).toMatchObject({ status: 'skipped', approvalState: 'cancelled' });
    expect(await approvalOf(id)).toMatchObject({ state: 'cancelled' });
  });

  it.each(['awaits approval', 'was approved'])(
    'gives place to that of a later run that %s, whichever run comes to it first',
    async (how) => {
      const steps = [
        { task: 'build' },
        { task: 'deploy', needs: ['build'], gate: {}, onOpen: 'supersede', labels: ['elsewhere'] },
      ];
      const deployOf = (run: StartedRun) => run.tasks.find(({ task }) => task === 'deploy')?.id ?? 0;
      const earlier = await start(steps);
      const build = await leased(earlier.planHash);
      const later = await start(steps);
      await finish(await leased(later.planHash));
      if (how === 'was approved') await approve(deployOf(later));
      await finish(build);
      expect(await statuses(later.runId)).toMatchObject({
        deploy: how === 'was approved' ? 'queued' : 'awaiting_approval',
      });
      expect(await statuses(earlier.runId)).toMatchObject({ deploy: 'skipped' });
      const reason = { text: 'SELECT reason FROM agents_tasks WHERE id = $1', values: [deployOf(earlier)] };
      expect(await store.db.query(reason)).toEqual([{ reason: `superseded by ${later.runId}` }]);
      // So does one that somebody has made again by hand.
      await retryRun(store, everything, { runId: earlier.runId, mode: 'all' });
      await finish(await leased(earlier.planHash));
      expect(await statuses(earlier.runId)).toMatchObject({ deploy: 'skipped' });
      await decideTask(store, ada, deployOf(later), 'cancel');
    },
  );

  it('is one of all that come to it at the same moment: that of the latest run', async () => {
    const steps = [
      { task: 'build' },
      { task: 'deploy', needs: ['build'], gate: {}, onOpen: 'supersede', labels: ['elsewhere'] },
    ];
    const runs: StartedRun[] = [];
    for (let count = 0; count < 12; count += 1) runs.push(await start(steps));
    const builds = await Promise.all(runs.map(({ planHash }) => leased(planHash)));
    await Promise.all(builds.map((build) => finish(build)));
    const open = async () => {
      const found = await Promise.all(runs.map(({ runId }) => statuses(runId)));
      return found.flatMap(({ deploy }, at) => (deploy === 'awaiting_approval' ? [at] : []));
    };
    expect(await open()).toEqual([11]);
  });

  it('runs once, however many were open when all were approved at once', async () => {
    const gated = { task: 'deploy', gate: {}, onOpen: 'supersede' };
    const runs: StartedRun[] = [];
    for (let count = 0; count < 8; count += 1)
      runs.push(await start([{ task: 'build' }, { ...gated, needs: ['build'] }]));
    const builds = await Promise.all(runs.map(({ planHash }) => leased(planHash)));
    const ids = runs.map(({ tasks }) => tasks.find(({ task }) => task === 'deploy')?.id ?? 0);
    await Promise.all(
      builds.map(async (build) => {
        await finish(build);
        await Promise.allSettled(ids.map((id) => approve(id)));
      }),
    );
    const ends = await Promise.all(runs.map(({ runId }) => statuses(runId)));
    expect(ends.filter(({ deploy }) => deploy === 'queued').length).toBeGreaterThan(0);
    await carryOut(runs[0]?.planHash ?? '');
    const last = await statuses(runs.at(-1)?.runId ?? '');
    expect(last).toEqual({ build: 'succeeded', deploy: 'succeeded' });
  });

  it('takes the place of the same step of an earlier run, approved or not, that has not begun', async () => {
    // Nobody here takes what was approved.
    const more = { onOpen: 'supersede', labels: ['elsewhere'] };
    const one = await toGate(more);
    const two = await toGate(more);
    expect(await readTask(store.db, one.id)).toMatchObject({ status: 'skipped', approvalState: 'cancelled' });
    expect(await approve(two.id)).toMatchObject({ status: 'queued' });
    const three = await toGate(more);
    expect(await readTask(store.db, two.id)).toMatchObject({ status: 'skipped', approvalState: 'cancelled' });
    // What never ran has ended all the same, so that its run is not old before it is.
    expect(await readTask(store.db, two.id)).toMatchObject({ finishedAt: expect.any(String), durationMs: 0 });
    await approve(three.id);
    expect(await ask(three.planHash, { labels: ['elsewhere'] })).toMatchObject({ taskId: three.id });
    expect(await ask(three.planHash, { labels: ['elsewhere'] })).toBeNull();
  });

  it('takes the place of one of an earlier run that pauses before a further try', async () => {
    const hour = 3_600_000;
    const more = { onOpen: 'supersede', retries: 1, backoff: { delayMs: hour, factor: 1, maxMs: hour } };
    const one = await toGate(more);
    await approve(one.id);
    await finish(await leased(one.planHash), { exitCode: 1 });
    expect(await readTask(store.db, one.id)).toMatchObject({ status: 'queued' });
    const two = await toGate(more);
    expect(await readTask(store.db, one.id)).toMatchObject({ status: 'skipped', approvalState: 'cancelled' });
    expect(await readTask(store.db, two.id)).toMatchObject({ status: 'awaiting_approval' });
    expect(await ask(one.planHash)).toBeNull();
  });
});
