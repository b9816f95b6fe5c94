import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { recordSweep } from '../../../domain/engine/recordSweep.ts';
import { IllegalTransitionError } from '../../../domain/input/errors.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { failSilent } from '../../../domain/reporting/failSilent.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { readDetails } from '../../../domain/tasks/details.ts';
import { createTaskInput } from '../../../domain/tasks/input.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

const hour = 3_600_000;

describeOnEither('A running task of an outside reporter', (database) => {
  const store = storeOf(database);
  const { start, leased } = playWorkers(store);
  beforeEach(() => database.truncate());

  const report = async (more: object = {}) => {
    const input = createTaskInput.parse({ task: 'a.b', runId: 'outside', status: 'running', ...more });
    return (await createTask(store, everything, input)).task;
  };
  /** Makes the rows older, as if the time had passed with looks all the while. */
  const pass = (hours: number) =>
    store.db.query({
      text: `UPDATE agents_tasks SET created_at = created_at - $1 * interval '1 hour',
        reported_at = reported_at - $1 * interval '1 hour'`,
      values: [hours],
    });

  it('is failed after the limit without a change, and says why', async () => {
    const { id } = await report({ logExcerpt: 'first line' });
    await pass(5.9);
    expect(await failSilent(store, 6 * hour)).toBe(0);
    await pass(0.2);
    const heard: unknown[] = [];
    store.changes.onPublish = (task) => heard.push(task.status);
    const named: string[] = [];
    expect(await failSilent(store, 6 * hour, ({ task }) => named.push(task))).toBe(1);
    store.changes.onPublish = undefined;
    expect(heard).toEqual(['failed']);
    expect(named).toHaveLength(1);
    expect(await failSilent(store, 6 * hour)).toBe(0);
    const task = await readTask(store.db, id);
    expect(task.status).toBe('failed');
    expect(await readDetails(store.db, [id], ['reason', 'remarks'])).toMatchObject([
      { reason: 'its reporter sent nothing for 6 hours' },
    ]);
    expect(task.logExcerpt).toBe('first line\n[nightshift] failed: its reporter sent nothing for 6 hours');
    expect(task.finishedAt).not.toBeNull();
  });

  const silent = async (more: object = {}) => {
    const { id } = await report({ logExcerpt: 'first line', ...more });
    await pass(7);
    expect(await failSilent(store, 6 * hour)).toBe(1);
    return id;
  };
  const detailsOf = async (id: number) => (await readDetails(store.db, [id], ['reason', 'remarks']))[0];

  it.each(['succeeded', 'failed', 'skipped', 'awaiting_approval', 'running', 'queued'] as const)(
    'is what its reporter says after its silence: %s, which is on record',
    async (status) => {
      const id = await silent();
      const heard: unknown[] = [];
      store.changes.onPublish = (task) => heard.push(task.status);
      const task = await updateTask(store, everything, id, { status });
      store.changes.onPublish = undefined;
      expect(heard).toEqual([status]);
      expect(task).toMatchObject({ status, finishedAt: null, logExcerpt: 'first line' });
      expect(task.approvalState).toBe(status === 'awaiting_approval' ? 'pending' : null);
      expect(await detailsOf(id)).toMatchObject({
        reason: null,
        remarks: [
          expect.stringMatching(
            `^Silence had failed this task at 2.*Z \\(its reporter sent nothing for 6 hours\\); after that its reporter said: ${status}.$`,
          ),
        ],
      });
    },
  );

  it('takes a late report with all that it says, once', async () => {
    const id = await silent();
    const finishedAt = '2025-01-15T02:35:00Z';
    const given = { status: 'succeeded', finishedAt, durationMs: 5, logExcerpt: 'all' } as const;
    expect(await updateTask(store, everything, id, given)).toMatchObject(given);
    const later = updateTask(store, everything, id, { status: 'failed' });
    await expect(later).rejects.toThrow(IllegalTransitionError);
    expect((await updateTask(store, everything, id, { status: 'succeeded' })).status).toBe('succeeded');
    expect((await detailsOf(id))?.remarks).toHaveLength(1);
  });

  it('has no excerpt again where silence alone had written one', async () => {
    const id = await silent({ logExcerpt: null });
    expect((await updateTask(store, everything, id, { status: 'succeeded' })).logExcerpt).toBeNull();
  });

  it('that goes on after its silence can be silent again', async () => {
    const id = await silent();
    await updateTask(store, everything, id, { status: 'running' });
    expect(await failSilent(store, 6 * hour)).toBe(0);
    await pass(7);
    expect(await failSilent(store, 6 * hour)).toBe(1);
    expect((await updateTask(store, everything, id, { status: 'succeeded' })).status).toBe('succeeded');
  });

  it('stays failed where its reporter had said so itself, also with the words of silence', async () => {
    const { id } = await report();
    await updateTask(store, everything, id, { status: 'failed', logExcerpt: '[nightshift] failed: x' });
    const late = updateTask(store, everything, id, { status: 'succeeded' });
    await expect(late).rejects.toThrow(IllegalTransitionError);
  });

  it('is not moved by a late change of something else', async () => {
    const id = await silent();
    expect((await updateTask(store, everything, id, { logExcerpt: 'more' })).status).toBe('failed');
    expect((await updateTask(store, everything, id, { status: 'skipped' })).logExcerpt).toBe('more');
  });

  it('takes one of two late reports that differ', async () => {
    const id = await silent();
    const both = await Promise.allSettled(
      (['succeeded', 'skipped'] as const).map((status) => updateTask(store, everything, id, { status })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await detailsOf(id))?.remarks).toHaveLength(1);
  });

  it('lives on while its reporter changes anything of it', async () => {
    const { id } = await report();
    await pass(5);
    await updateTask(store, everything, id, { logExcerpt: 'still at it' });
    await pass(5);
    expect(await failSilent(store, 6 * hour)).toBe(0);
    await pass(2);
    expect(await failSilent(store, 6 * hour)).toBe(1);
  });

  it('that says it started long ago, or not yet, has the whole time from when it was recorded', async () => {
    await report({ startedAt: '2020-01-01T00:00:00Z' });
    await report({ startedAt: null });
    expect(await failSilent(store, 6 * hour)).toBe(0);
    await pass(7);
    expect(await failSilent(store, 6 * hour)).toBe(2);
  });

  it('is alone in that: queued ones, those that await approval, and those of the engine stay', async () => {
    for (const status of ['queued', 'awaiting_approval', 'succeeded']) await report({ status });
    const run = await start([{ task: 'a' }]);
    await leased(run.planHash);
    await pass(1000);
    expect(await failSilent(store, 6 * hour)).toBe(0);
  });

  it('is not failed for a time in which no server could hear its reporter', async () => {
    await recordSweep(store);
    await report();
    await store.db.query({ text: "UPDATE sweeps SET looked_at = now() - interval '7 hours'" });
    await pass(7);
    expect(await failSilent(store, 6 * hour)).toBe(0);
    await recordSweep(store);
    expect(await failSilent(store, 6 * hour)).toBe(0);
  });

  it('is failed with at most 99 others at once, found by an index', async () => {
    await store.db.query({
      text: `INSERT INTO agents_tasks (task, run_id, status, created_at)
        SELECT 'a.b', $1, 'running', now() - interval '7 hours' FROM generate_series(1, 120)`,
      values: [randomUUID()],
    });
    expect(await failSilent(store, 6 * hour)).toBe(100);
    expect(await failSilent(store, 6 * hour)).toBe(20);
    const explained = await store.db.transaction(async (tx) => {
      await tx.query({ text: 'SET LOCAL enable_seqscan TO off' });
      return tx.query({
        text: `EXPLAIN SELECT id FROM agents_tasks
          WHERE status = 'running' AND step IS NULL AND created_at <= now() ORDER BY created_at LIMIT 100`,
      });
    });
    expect(JSON.stringify(explained)).toContain('idx_agents_tasks_reported_running');
  });
});
