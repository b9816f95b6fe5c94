import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { notifyApproval } from '../notifications/notifyApproval.ts';
import type { StepDefinition } from '../plans/planDefinition.ts';
import { openApproval } from '../tasks/openApproval.ts';
import type { Engine } from './engine.ts';

/** Has a task of a run await approval before it runs, and tells whom it concerns; gives its id. */
export async function openGate(
  { tx, queue, channels }: Engine,
  { runId, step, stepIndex }: { runId: string; step: StepDefinition; stepIndex: number },
): Promise<number> {
  const [task] = await tx.query(openGateSql(runId, stepIndex));
  if (task === undefined)
    throw new Error(`Step ${stepIndex} of ${runId} changed although its run was locked.`);
  await openApproval(tx, task.id, { kind: 'gate', policy: step.gate });
  await notifyApproval({ tx, queue, channels }, { taskId: task.id, reason: 'needed' });
  return task.id;
}

const openGateSql = statement({
  name: 'open_gate',
  text: `UPDATE agents_tasks SET status = 'awaiting_approval', approval_state = 'pending', gate = 'open', aside = NULL,
        reason = 'asks before it runs'
      WHERE run_id = $1 AND step = $2 AND status = 'queued' RETURNING id`,
  row: { id: col.int },
});

/**
 * Has the gates of tasks be asked again, whose decision was about what is made again now: those that are open are
 * withdrawn, those that were approved count no more. Gives the ids of the tasks whose rows changed.
 */
export async function closeGates(tx: Queryable, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const closed = await tx.query(closeGatesSql(ids));
  return closed.map(({ id }) => id);
}

const closeGatesSql = statement({
  name: 'close_gates',
  text: `UPDATE agents_tasks SET status = 'queued', approval_state = NULL, gate = NULL, reason = NULL, job_id = NULL, ready_at = NULL,
        aside = NULL, aside_since = NULL
      WHERE id = ANY($1::int[]) AND gate IS NOT NULL AND (status = 'queued' OR status = 'awaiting_approval' AND gate = 'open')
      RETURNING id`,
  row: { id: col.int },
});
