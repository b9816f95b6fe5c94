import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { remindOfApprovals } from '../../../domain/approvals/remind.ts';
import { reclaimAbandonedRuns } from '../../../domain/engine/abandoned.ts';
import { sweepLeases } from '../../../domain/engine/finishAttempt.ts';
import { recordSweep } from '../../../domain/engine/recordSweep.ts';
import { useDatabase } from '../../support/databases.ts';
import { forgetDeliveryJobs, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

describe('While another transaction holds the rows of one run', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database, [{ name: 'slack', recipient: null }]);
  const { start, leased, statuses, carryOut } = playWorkers(store);
  beforeEach(async () => {
    await database.truncate();
    await forgetDeliveryJobs(store);
  });
  const sql = (text: string, ...values: unknown[]) => store.db.query({ text, values });

  /** Holds the rows of a run and of its tasks until it is told to let go, or the test has finished. */
  async function hold(runId: string): Promise<() => Promise<void>> {
    const [held, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holding = store.db.transaction(async (tx) => {
      for (const text of [
        'SELECT 1 FROM runs WHERE run_id = $1 FOR UPDATE',
        'SELECT 1 FROM agents_tasks WHERE run_id = $1 FOR UPDATE',
        'SELECT 1 FROM task_attempts JOIN agents_tasks ON id = task_id WHERE run_id = $1 FOR UPDATE',
      ])
        await tx.query({ text, values: [runId] });
      held.resolve();
      await over.promise;
    });
    const letGo = () => {
      over.resolve();
      return holding;
    };
    onTestFinished(letGo);
    await held.promise;
    return letGo;
  }

  const late = { policy: { expiresAfter: '1h', remind: [0.5] } };
  const asking = [{ task: 'a', approval: 'always', ...late }];

  it('approvals of all others whose time is over end, and its own once it is let go', async () => {
    const runs = [await start(asking), await start(asking)];
    await carryOut(runs[0]?.planHash ?? '');
    await sql(`UPDATE approvals SET expires_at = now() - interval '1 minute' * (10 - id % 2)`);
    const [first, second] = runs.map(({ runId }) => runId) as [string, string];
    const letGo = await hold(first);
    await expect(expireApprovals(store)).rejects.toThrow(/lock timeout/);
    expect([await statuses(first), await statuses(second)]).toEqual([
      { a: 'awaiting_approval' },
      { a: 'failed' },
    ]);
    await letGo();
    await expireApprovals(store);
    expect(await statuses(first)).toEqual({ a: 'failed' });
  });

  it('reminders of all others are written', async () => {
    const runs = [await start(asking), await start(asking)];
    await carryOut(runs[0]?.planHash ?? '');
    await sql(`UPDATE approvals SET expires_at = now() + interval '1 minute' * (10 - id % 2)`);
    await hold(runs[0]?.runId ?? '');
    await expect(remindOfApprovals(store)).rejects.toThrow(/lock timeout/);
    expect(
      await sql(`SELECT agents_tasks.run_id AS run FROM deliveries JOIN agents_tasks ON agents_tasks.id = task_id
      WHERE kind = 'approval_reminder'`),
    ).toEqual([{ run: runs[1]?.runId }]);
  });

  it('leases of all others end whose workers are gone, and it is noted that somebody looked', async () => {
    const plan = [{ task: 'a' }, { task: 'b' }];
    const [first, second] = [await start(plan), await start(plan)];
    for (let count = 0; count < 4; count += 1) await leased(first.planHash);
    await recordSweep(store);
    await sql(`UPDATE task_attempts SET lease_expires_at = now() - interval '1 minute'`);
    await hold(first.runId);
    await sql(`UPDATE sweeps SET looked_at = now()`);
    await expect(sweepLeases(store)).rejects.toThrow(/lock timeout/);
    expect([await statuses(first.runId), await statuses(second.runId)]).toEqual([
      { a: 'running', b: 'running' },
      { a: 'failed', b: 'failed' },
    ]);
    await sql(`UPDATE sweeps SET looked_at = now() - interval '1 hour'`);
    await recordSweep(store);
    expect(await sql(`SELECT 1 FROM sweeps WHERE looked_at > now() - interval '1 minute'`)).toHaveLength(1);
  });

  it('all other runs are given up whose one worker is gone', async () => {
    const alone = { exclusive: true };
    const runs = [await start([{ task: 'a' }], alone), await start([{ task: 'a' }], alone)];
    await recordSweep(store);
    await sql(`UPDATE runs SET seen_at = now() - interval '1 hour'`);
    await hold(runs[0]?.runId ?? '');
    await expect(reclaimAbandonedRuns(store)).rejects.toThrow(/lock timeout/);
    expect(await statuses(runs[0]?.runId ?? '')).toEqual({ a: 'queued' });
    expect(await statuses(runs[1]?.runId ?? '')).toEqual({ a: 'skipped' });
  });
});
