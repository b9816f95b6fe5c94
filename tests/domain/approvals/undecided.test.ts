import { beforeEach, expect, it } from 'vitest';
import { taskStatuses } from '../../../contract/words/taskStatus.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import type { Lease } from '../../../domain/engine/leaseTypes.ts';
import { retryRun, retryTask } from '../../../domain/engine/retry.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import type { Store } from '../../../domain/store.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { playWorkers } from '../engine/support.ts';

const rounds = sized({ short: 25, full: 300 });
const steps = [
  { task: 'asks', approval: 'always' },
  { task: 'after', needs: ['asks'] },
];

/** What might move a task that awaits approval without deciding about it. */
const attempts: Record<string, (store: Store, lease: Lease, id: number) => Promise<unknown>> = {
  ...Object.fromEntries(
    taskStatuses.map((status) => [
      `an updateTask to ${status}`,
      (store, _lease, id) => updateTask(store, everything, id, { status }),
    ]),
  ),
  'an updateTask of everything else': (store, _lease, id) =>
    updateTask(store, everything, id, { finishedAt: '2025-01-15T02:30:00Z', logExcerpt: 'x', durationMs: 1 }),
  'an updateTask that takes its pull request away': (store, _lease, id) =>
    updateTask(store, everything, id, { outputsUri: null }),
  'a retry of the task': (store, _lease, id) => retryTask(store, everything, id),
  'a retry of what failed': (store, { runId }) => retryRun(store, everything, { runId, mode: 'failed' }),
  'a retry of the whole run': (store, { runId }) => retryRun(store, everything, { runId, mode: 'all' }),
  'a retry from its step': (store, { runId }) =>
    retryRun(store, everything, { runId, mode: 'from', from: 'asks' }),
  'a cancellation of its run': (store, { runId }) => cancelRun(store, everything, runId),
  'another report of its attempt': (store, lease) =>
    playWorkers(store).finish(lease, { durationMs: 6, exitCode: 1 }),
  'a second run of its plan': async (store) => {
    const workers = playWorkers(store);
    const { planHash } = await workers.start(steps);
    await workers.carryOut(planHash);
  },
  'a task of an outside reporter under its name': (store, { runId }) =>
    createTask(store, everything, { task: 'asks', runId, status: 'succeeded' }),
};

describeOnEither('A task that awaits approval', (database) => {
  const store = storeOf(database);
  const workers = playWorkers(store);
  beforeEach(() => database.truncate());

  async function asking() {
    const { planHash, runId, tasks } = await workers.start(steps);
    const lease = await workers.leased(planHash);
    await workers.finish(lease);
    return { planHash, runId, lease, id: tasks[0]?.id ?? 0 };
  }

  it.each(Object.keys(attempts))('is not moved past its decision by %s', async (name) => {
    const { planHash, runId, lease, id } = await asking();
    await attempts[name]?.(store, lease, id).catch(() => undefined);
    expect(await findTask(store.db, id)).toMatchObject({
      status: 'awaiting_approval',
      approvalState: 'pending',
      approver: null,
    });
    const decided = await store.db.query({
      text: `SELECT 1 FROM decisions WHERE task_id = $1 AND outcome <> 'refused'`,
      values: [id],
    });
    expect(decided).toEqual([]);
    const open = await store.db.query({
      text: 'SELECT 1 FROM approvals WHERE task_id = $1 AND ended_at IS NULL',
      values: [id],
    });
    expect(open).toHaveLength(1);
    await workers.carryOut(planHash);
    expect((await workers.statuses(runId)).after).not.toBe('succeeded');
  });

  it(`is decided or expires when both come at once, never both and never neither, ${rounds} times`, async () => {
    const ann = viewerNamed('ann');
    const outcomes = new Set<string>();
    // How long a decision takes depends on the machine: the end of the time keeps close to it.
    let leadMs = 4;
    for (let round = 0; round < rounds; round += 1) {
      const { task } = await createTask(store, everything, {
        task: 'asks',
        runId: `r${round}`,
        status: 'awaiting_approval',
      });
      await store.db.query({
        text: `UPDATE approvals SET expires_at = clock_timestamp() + $2 * interval '1 ms' WHERE task_id = $1`,
        values: [task.id, leadMs],
      });
      const [answer] = await Promise.all([
        decideTask(store, ann, task.id, 'approve').then(
          () => 'approved',
          () => 'expired',
        ),
        expireApprovals(store),
      ]);
      outcomes.add(answer);
      leadMs = answer === 'expired' ? leadMs * 1.5 : leadMs * 0.7;
      const after = await findTask(store.db, task.id);
      expect(after).toMatchObject({
        approvalState: answer,
        status: answer === 'approved' ? 'succeeded' : 'failed',
      });
      const decided = await store.db.query<{ action: string }>({
        text: `SELECT action FROM decisions WHERE task_id = $1 AND outcome = 'decided'`,
        values: [task.id],
      });
      expect(decided).toEqual([{ action: answer === 'approved' ? 'approve' : 'expire' }]);
    }
    expect(outcomes.size, 'both must have been seen, or nothing was raced').toBe(2);
  });
});
