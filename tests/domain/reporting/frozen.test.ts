import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { DecisionIsFinalError } from '../../../domain/input/errors.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import type { CreateTaskInput } from '../../../domain/tasks/input.ts';
import { findTask, readTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

const link = 'https://github.com/acme/site/pull/7';
type Changes = Parameters<typeof updateTask>[3];

describeOnEither('A report from outside', (database) => {
  const store = storeOf(database);
  const [ann, ben] = [viewerNamed('ann@example.org'), viewerNamed('ben@example.org')];
  const webhook = { webhookNotifiedAt: '2025-01-15T02:35:00Z', webhookError: 'refused' };
  const others: Changes[] = [
    { outputsUri: 'https://github.com/acme/site/pull/8' },
    { outputsUri: null },
    { logExcerpt: 'another' },
    { startedAt: '2020-01-01T00:00:00Z' },
    { finishedAt: '2020-01-01T00:00:00Z' },
    { durationMs: 1 },
  ];
  beforeEach(() => database.truncate());

  async function awaiting(more: Partial<CreateTaskInput> = {}) {
    const input = { task: 'make', runId: 'r', status: 'awaiting_approval' as const, outputsUri: link };
    return (await createTask(store, everything, { ...input, logExcerpt: 'shown', ...more })).task;
  }

  it('gives nobody a task to read who may report and not read', async () => {
    const workers = playWorkers(store);
    const { tasks } = await workers.start([{ task: 'make' }]);
    const [reporter, own] = [viewerNamed('ci', ['report']), (await awaiting({ status: 'running' })).id];
    const id = tasks[0]?.id ?? 0;
    for (const [task, changes] of [
      [id, {}],
      [own, {}],
      [id, webhook],
    ] as const)
      await expect(updateTask(store, reporter, task, changes)).rejects.toThrow('requires the read scope');
    expect(await updateTask(store, reporter, own, { durationMs: 5 })).toMatchObject({ durationMs: 5 });
    const reader = viewerNamed('ci', ['report', 'read']);
    expect(await updateTask(store, reader, id, {})).toMatchObject({ id });
    expect(await updateTask(store, reader, id, webhook)).toMatchObject({ id });
  });

  it('changes nothing of a task that the engine runs but how its notification went, while it waits and after', async () => {
    const workers = playWorkers(store);
    const { planHash, tasks } = await workers.start([{ task: 'make' }]);
    await workers.finish(await workers.leased(planHash), { outputsUri: link, logExcerpt: 'shown' });
    const id = tasks[0]?.id ?? 0;
    for (const isDecided of [false, true]) {
      if (isDecided) await decideTask(store, ann, id, 'approve');
      const before = await readTask(store.db, id);
      for (const changes of [...others, { approvalNote: 'mine' }]) {
        const refused = updateTask(store, everything, id, changes);
        await expect(refused).rejects.toThrow(DecisionIsFinalError);
        await expect(updateTask(store, everything, id, { ...webhook, ...changes })).rejects.toThrow(
          /cannot be changed/,
        );
      }
      expect(await findTask(store.db, id)).toEqual(before);
      const same = { outputsUri: before.outputsUri, logExcerpt: before.logExcerpt };
      expect(await updateTask(store, everything, id, same)).toEqual(before);
      expect(await updateTask(store, everything, id, webhook)).toMatchObject(webhook);
      await updateTask(store, everything, id, { webhookNotifiedAt: null, webhookError: null });
    }
  });

  it.each(['approve', 'reject', 'cancel'] as const)(
    'changes nothing of what was shown once it was decided to %s, but how its notification went',
    async (action) => {
      const { id } = await awaiting();
      const decided = await decideTask(store, ann, id, action);
      for (const changes of others) {
        const [field] = Object.keys(changes);
        const name = { outputsUri: 'outputs_uri', logExcerpt: 'log_excerpt', startedAt: 'started_at' };
        await expect(updateTask(store, everything, id, changes)).rejects.toThrow(
          name[field as keyof typeof name] ?? 'what the approver saw can no longer change',
        );
      }
      expect(await findTask(store.db, id)).toEqual(decided);
      const same = { outputsUri: link, logExcerpt: 'shown', finishedAt: decided.finishedAt };
      expect(await updateTask(store, everything, id, { ...same, ...webhook })).toMatchObject(webhook);
    },
  );

  it('with a decision changes neither the link nor the excerpt, and then decides nothing', async () => {
    const { id } = await awaiting();
    for (const changes of [others[0], { logExcerpt: 'another' }]) {
      const decision = updateTask(store, ann, id, { approvalState: 'approved', ...changes });
      await expect(decision).rejects.toThrow(DecisionIsFinalError);
    }
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval', outputsUri: link });
    const times = { finishedAt: '2025-01-15T02:35:00Z', durationMs: 5 };
    const decided = await updateTask(store, ann, id, { approvalState: 'approved', ...times });
    expect(decided).toMatchObject({ status: 'succeeded', ...times });
  });

  it('while it waits gives another link, which voids the votes so far; the same pull request written differently does not', async () => {
    const report = { task: 'make', runId: 'r', outputsUri: 'https://ci.example.org/artifacts/1' };
    for (const [first, other, isVoid] of [
      [link, 'https://github.com/acme/site/pull/8', true],
      [link, null, true],
      [link, `${link}/files`, false],
      [report.outputsUri, 'https://ci.example.org/artifacts/2', true],
      [report.outputsUri, report.outputsUri, false],
    ] as const) {
      const { id } = await awaiting({ outputsUri: first });
      const text = `UPDATE approvals SET policy = policy || '{"required": 2}' WHERE task_id = $1`;
      await store.db.query({ text, values: [id] });
      await decideTask(store, ann, id, 'approve');
      await updateTask(store, everything, id, { outputsUri: other });
      const [approval] = await readApprovals(store.db, [id]);
      expect([first, other, approval?.voters]).toEqual([first, other, isVoid ? [] : ['ann@example.org']]);
      expect(approval?.staleAt === null).toBe(!isVoid);
      expect((await decideTask(store, ben, id, 'approve')).status).toBe(
        isVoid ? 'awaiting_approval' : 'succeeded',
      );
      expect(await createLink(store.db, approval?.id ?? 0, 'ann@example.org')).toBeTypeOf(
        isVoid ? 'string' : 'undefined',
      );
    }
  });
});
