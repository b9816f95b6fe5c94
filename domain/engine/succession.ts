import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordedBy, recordForEach } from '../audit/audit.ts';
import { system } from '../input/viewer.ts';
import { lockRun } from '../runs/lock.ts';
import type { Engine } from './engine.ts';
import { findOpenWork, isOpenWork, supersededBy } from './openWork.ts';
import { afterTaskEnded } from './release.ts';

/** What is to be withdrawn, and which run takes its place. */
interface Withdrawal {
  id: number;
  runId: string;
  by: string;
}

/**
 * Finds what a step that stands aside for open work of earlier runs, or that is open itself, puts an end to: of all work
 * that is open that of the latest run stays. Says whether the step stands aside.
 */
export async function findWithdrawals(
  tx: Queryable,
  { runId, step }: { runId: string; step: number },
): Promise<{ withdrawals: Withdrawal[]; isAside: boolean }> {
  const [own] = await tx.query(ownOpenWork(runId, step));
  if (own === undefined) return { withdrawals: [], isAside: false };
  const others = await findOpenWork(tx, { task: own.task, runId });
  const isAside = !own.isOpen;
  const latest = others.find(({ isLater }) => isLater);
  if (latest === undefined)
    return { withdrawals: others.map(({ id, runId: other }) => ({ id, runId: other, by: runId })), isAside };
  return { withdrawals: isAside ? [] : [{ id: own.id, runId, by: latest.runId }], isAside };
}

const ownOpenWork = statement({
  name: 'own_open_work',
  text: `SELECT id, task, ${isOpenWork} AND aside IS DISTINCT FROM 'open_work' AS "isOpen" FROM agents_tasks
      WHERE run_id = $1 AND step = $2 AND (${isOpenWork} OR status = 'queued' AND job_id IS NULL AND aside = 'open_work')`,
  row: { id: col.int, task: col.text, isOpen: col.bool },
});

/** Withdraws a task that is open still, since a later run takes its place, and brings its run forward; gives the tasks that changed. */
export async function supersede(engine: Engine, { id, runId, by }: Withdrawal): Promise<number[]> {
  const { tx } = engine;
  await lockRun(tx, { runId });
  const note = supersededBy(by);
  const superseded = await tx.query(supersedeWork(id, note, system.id));
  if (superseded.length === 0) return [];
  await recordForEach(tx, superseded, {
    action: 'cancel',
    outcome: 'decided',
    note,
    via: 'engine',
    ...recordedBy(system),
  });
  return [id, ...(await afterTaskEnded(engine, id, runId))];
}

const supersedeWork = statement({
  name: 'supersede_work',
  text: `UPDATE agents_tasks SET status = 'skipped', approval_state = 'cancelled', approver = $3, reason = $2,
        approval_note = coalesce(approval_note, $2), finished_at = coalesce(finished_at, now()), duration_ms = coalesce(duration_ms, 0)
      FROM (SELECT id AS open_id, status AS "from" FROM agents_tasks WHERE id = $1 AND ${isOpenWork} FOR UPDATE) open
      WHERE id = open_id RETURNING id, "from"`,
  row: { id: col.int, from: col.word<TaskStatus>() },
});
