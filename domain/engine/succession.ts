import type { Queryable } from '../../prisma/database/database.ts';
import { recordForEach } from '../approvals/audit.ts';
import { system } from '../viewer.ts';
import type { TaskStatus } from '../vocabulary.ts';
import type { Engine } from './engine.ts';
import { findOpenWork, isOpenWork } from './openWork.ts';
import { afterTaskEnded } from './release.ts';
import { lockRun } from './runState.ts';

/** Finds the open work that a step which stands aside for it takes the place of: tasks and their runs. */
export async function workToSupersede(
  tx: Queryable,
  { runId, step }: { runId: string; step: number },
): Promise<{ id: number; runId: string }[]> {
  const [aside] = await tx.query<{ task: string }>({
    name: 'step_aside_for_work',
    text: `SELECT task FROM agents_tasks
      WHERE run_id = $1 AND step = $2 AND status = 'queued' AND job_id IS NULL AND aside = 'open_work'`,
    values: [runId, step],
  });
  if (aside === undefined) return [];
  return findOpenWork(tx, { task: aside.task, runId });
}

/** Withdraws a task that is open still, since a step of a later run takes its place, and brings its run forward; gives the tasks that changed. */
export async function supersede(
  tx: Queryable,
  engine: Engine,
  { id, runId, by }: { id: number; runId: string; by: string },
): Promise<number[]> {
  await lockRun(tx, runId);
  const note = `superseded by ${by}`;
  const superseded = await tx.query<{ id: number; from: TaskStatus }>({
    name: 'supersede_work',
    text: `UPDATE agents_tasks SET status = 'skipped', approval_state = 'cancelled', approver = $3, reason = $2,
        approval_note = coalesce(approval_note, $2)
      FROM (SELECT id AS open_id, status AS "from" FROM agents_tasks WHERE id = $1 AND ${isOpenWork} FOR UPDATE) open
      WHERE id = open_id RETURNING id, "from"`,
    values: [id, note, system.id],
  });
  if (superseded.length === 0) return [];
  await recordForEach(tx, superseded, {
    ...{ action: 'cancel', outcome: 'decided', note, via: 'engine' },
    ...{ viewer: system.id, viewerKind: system.kind },
  });
  return [id, ...(await afterTaskEnded(tx, engine, id, runId))];
}
