import type { Queryable } from '../../prisma/database/database.ts';
import type { Engine } from './engine.ts';
import type { StepDefinition } from './planDefinition.ts';

/** What awaits approval, and what was approved before it runs and has not begun. */
export const isOpenWork = `(status = 'awaiting_approval' OR status = 'queued' AND gate = 'approved' AND attempts = attempt_base)`;

/** A step of a run, about to start or to ask. */
interface Starting {
  runId: string;
  step: StepDefinition;
  /** Its place in the plan. */
  place: number;
}

/** Finds work of the same step in other runs of its plan that is open, the latest first. */
export function findOpenWork(tx: Queryable, { runId, task }: { runId: string; task: string }) {
  return tx.query<{ id: number; runId: string; outputsUri: string | null }>({
    name: 'open_work',
    text: `SELECT id, run_id AS "runId", outputs_uri AS "outputsUri" FROM agents_tasks JOIN runs USING (run_id)
        JOIN plans ON plans.hash = runs.plan_hash
      WHERE task = $1 AND ${isOpenWork} AND step IS NOT NULL AND run_id <> $2 AND (plans.project, plans.name) = (
        SELECT own.project, own.name FROM runs own_run JOIN plans own ON own.hash = own_run.plan_hash WHERE own_run.run_id = $2)
      ORDER BY id DESC`,
    values: [task, runId],
  });
}

/**
 * Looks, before a step starts, for work of the same step in other runs of its plan that is open, and does what its `onOpen`
 * says: the step starts all the same (`clear`), is to be skipped for a reason, or stands `aside` until that work was
 * withdrawn, which happens after this transaction, since it is about other runs.
 */
export async function faceOpenWork(
  tx: Queryable,
  { afterwards }: Pick<Engine, 'afterwards'>,
  { runId, step, place }: Starting,
): Promise<'clear' | 'aside' | { reason: string }> {
  if (step.onOpen === 'run') return 'clear';
  const [latest] = await findOpenWork(tx, { runId, task: step.task });
  if (latest === undefined) return 'clear';
  if (step.onOpen === 'skip') {
    const what = latest.outputsUri ?? `task ${latest.id}`;
    return { reason: `${what} of ${latest.runId} still awaits approval` };
  }
  await tx.query({
    name: 'stand_aside_for_work',
    text: `UPDATE agents_tasks SET aside = 'open_work', aside_since = coalesce(aside_since, clock_timestamp())
      WHERE run_id = $1 AND step = $2 AND status = 'queued'`,
    values: [runId, place],
  });
  afterwards.successions.push({ runId, step: place });
  return 'aside';
}
