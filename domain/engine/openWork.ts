import type { Queryable } from '../../prisma/database/database.ts';
import { recordForEach } from '../approvals/audit.ts';
import { system } from '../viewer.ts';
import type { StepDefinition } from './planDefinition.ts';

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
      WHERE task = $1 AND status = 'awaiting_approval' AND step IS NOT NULL AND run_id <> $2 AND plans.name = $3
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
  const superseded = await tx.query<{ id: number; runId: string }>({
    name: 'supersede_work',
    text: `UPDATE agents_tasks SET status = 'skipped', approval_state = 'cancelled', approver = $3, reason = $2,
        approval_note = coalesce(approval_note, $2)
      WHERE id = ANY($1::int[]) AND status = 'awaiting_approval' RETURNING id, run_id AS "runId"`,
    values: [open.map(({ id }) => id), note, system.id],
  });
  await recordForEach(
    tx,
    superseded.map(({ id }) => ({ id, from: 'awaiting_approval' })),
    { action: 'cancel', outcome: 'decided', viewer: system.id, viewerKind: system.kind, via: 'engine', note },
  );
  return { superseded };
}
