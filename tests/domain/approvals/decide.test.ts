import { beforeEach, expect, it } from 'vitest';
import { decisionActions, decisionFacts } from '../../../contract/words/decisions.ts';
import { type TaskStatus, taskStatuses } from '../../../contract/words/taskStatus.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import {
  AlreadyDecidedError,
  NotAwaitingApprovalError,
  NotFoundError,
} from '../../../domain/input/errors.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';

describeOnBoth('A decision', (database) => {
  const store = storeOf(database);
  const ada = viewerNamed('ada');
  const bob = viewerNamed('bob');

  async function taskThatIs(status: TaskStatus, startedAt?: string | null) {
    return (await createTask(store, everything, { task: 'seo.validate', runId: 'r', status, startedAt }))
      .task;
  }

  beforeEach(() => database.truncate());

  for (const action of decisionActions) {
    const { status, approvalState } = decisionFacts[action];
    it(`to ${action} makes an awaiting task ${status} and ${approvalState}, by the viewer, with the note`, async () => {
      const { id } = await taskThatIs('awaiting_approval', '2025-01-15T02:30:00Z');
      const decided = await decideTask(store, ada, id, action, { note: 'looked at it' });
      expect(decided).toMatchObject({ status, approvalState, approver: 'ada', approvalNote: 'looked at it' });
      expect(decided.finishedAt).not.toBeNull();
      expect(decided.durationMs).toBe(
        2_147_483_647 < Date.now() - Date.parse('2025-01-15T02:30:00Z') ? 2_147_483_647 : decided.durationMs,
      );
      expect(await findTask(database.db(), id)).toEqual(decided);
    });

    for (const from of taskStatuses.filter((one) => one !== 'awaiting_approval')) {
      const ends = action === 'cancel' && (from === 'queued' || from === 'running');
      it(`to ${action} a ${from} task ${ends ? 'ends it' : 'is refused and changes nothing'}`, async () => {
        const task = await taskThatIs(from, from === 'queued' ? null : undefined);
        if (ends) {
          expect(await decideTask(store, ada, task.id, action)).toMatchObject({
            status: 'skipped',
            approver: 'ada',
          });
        } else {
          await expect(decideTask(store, ada, task.id, action)).rejects.toThrow(NotAwaitingApprovalError);
          expect(await findTask(database.db(), task.id)).toEqual(task);
        }
      });
    }
  }

  it('repeated by the same viewer is a success that changes nothing', async () => {
    const { id } = await taskThatIs('awaiting_approval');
    const first = await decideTask(store, ada, id, 'approve', { note: 'first' });
    expect(await decideTask(store, ada, id, 'approve', { note: 'second' })).toEqual(first);
  });

  it('by another viewer, or another one by the same, is a conflict that names the one that holds', async () => {
    const { id } = await taskThatIs('awaiting_approval');
    await decideTask(store, ada, id, 'approve');
    const conflict = { approvalState: 'approved', approver: 'ada' };
    await expect(decideTask(store, bob, id, 'approve')).rejects.toMatchObject(conflict);
    await expect(decideTask(store, ada, id, 'reject')).rejects.toThrow(AlreadyDecidedError);
  });

  it('about a task that does not exist says so', async () => {
    await expect(decideTask(store, ada, 4711, 'approve')).rejects.toThrow(NotFoundError);
  });

  it('keeps the run time and the end that were reported', async () => {
    const input = {
      task: 'a',
      runId: 'r',
      status: 'awaiting_approval' as const,
      finishedAt: '2025-01-15T02:35:00Z',
      durationMs: 12,
    };
    const { task } = await createTask(store, everything, input);
    expect(await decideTask(store, ada, task.id, 'reject')).toMatchObject({
      finishedAt: input.finishedAt,
      durationMs: 12,
    });
  });

  it('is made once, however many come at the same time', async () => {
    const { id } = await taskThatIs('awaiting_approval');
    const tries = Array.from({ length: 40 }, (_, index) =>
      decideTask(store, viewerNamed(`viewer ${index}`), id, decisionActions[index % 3] ?? 'approve'),
    );
    const settled = await Promise.allSettled(tries);
    const won = settled.filter((one) => one.status === 'fulfilled').map((one) => one.value);
    expect(won).toHaveLength(1);
    expect(await findTask(database.db(), id)).toEqual(won[0]);
    const lost = settled.filter((one) => one.status === 'rejected').map((one) => one.reason);
    for (const reason of lost)
      expect(reason).toMatchObject({ name: 'AlreadyDecidedError', approver: won[0]?.approver });
  });
});
