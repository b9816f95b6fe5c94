import type { Queryable } from '../../prisma/database/database.ts';
import { recordForEach } from '../approvals/audit.ts';
import { system } from '../viewer.ts';
import type { TaskStatus } from '../vocabulary.ts';
import type { StepDefinition } from './planDefinition.ts';

/** What awaits approval, and what was approved before it runs and has not begun. */
const isOpenWork = `(status = 'awaiting_approval' OR status = 'queued' AND gate = 'approved' AND attempts = attempt_base)`;

/**
 * Looks, before a step starts, for work of the same step in earlier runs of its plan that still awaits approval: the
 * step is skipped because of it, runs all the same, or takes its place, as its `onOpen` says.
 */
export async function faceOpenWork(
  tx: Queryable,
  { plan, runId, step }: { plan: string; runId: string; step: StepDefinition },
): Promise<{ reason?: string; superseded: { id: number; runId: string }[] }> {
  if (step.onOpen === 'run') return { superseded: [] };
  const open = await tx.query<{ id: number; runId: string; outputsUri: string | null }>({
    name: 'open_work',
    text: `SELECT id, run_id AS "runId", outputs_uri AS "outputsUri" FROM agents_tasks JOIN runs USING (run_id)
        JOIN plans ON plans.hash = runs.plan_hash
      WHERE task = $1 AND ${isOpenWork} AND step IS NOT NULL AND run_id <> $2 AND plans.name = $3
      ORDER BY id DESC`,
    values: [step.task, runId, plan],
  });
  const [latest] = open;
  if (latest === undefined) return { superseded: [] };
  if (step.onOpen === 'skip') {
    const what = latest.outputsUri ?? `task ${latest.id}`;
    return { reason: `${what} of ${latest.runId} still awaits approval`, superseded: [] };
  }
  const note = `superseded by ${runId}`;
  const superseded = await tx.query<{ id: number; runId: string; from: TaskStatus }>({
    name: 'supersede_work',
    text: `UPDATE agents_tasks SET status = 'skipped', approval_state = 'cancelled', approver = $3, reason = $2,
        approval_note = coalesce(approval_note, $2)
      FROM (SELECT id AS open_id, status AS "from" FROM agents_tasks WHERE id = ANY($1::int[]) AND ${isOpenWork} FOR UPDATE) open
      WHERE id = open_id RETURNING id, run_id AS "runId", "from"`,
    values: [open.map(({ id }) => id), note, system.id],
  });
  await recordForEach(
    tx,
    superseded.map(({ id, from }) => ({ id, from })),
    { action: 'cancel', outcome: 'decided', viewer: system.id, viewerKind: system.kind, via: 'engine', note },
  );
  return { superseded };
}
