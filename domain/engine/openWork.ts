import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { StepDefinition } from '../plans/planDefinition.ts';
import type { Engine } from './engine.ts';

/** What awaits approval, and what was approved before it runs and does not run: it has not begun, or pauses before a further try. */
export const isOpenWork = `(status = 'awaiting_approval' OR status = 'queued' AND gate = 'approved')`;

/** A step of a run, about to start or to ask. */
interface Starting {
  runId: string;
  step: StepDefinition;
  /** Its index in the plan. */
  stepIndex: number;
}

/** Work of the same step in another run that is open. */
export interface OpenWork {
  id: number;
  runId: string;
  outputsUri: string | null;
  /** Whether that run was made after this one. */
  isLater: boolean;
}

/** Finds work of the same step in other runs of its plan that is open, that of the latest run first. */
export function findOpenWork(
  tx: Queryable,
  { runId, task }: { runId: string; task: string },
): Promise<OpenWork[]> {
  return tx.query(openWork(task, runId));
}

const openWork = statement({
  name: 'open_work',
  text: `SELECT id, agents_tasks.run_id AS "runId", outputs_uri AS "outputsUri",
        (runs.created_at, runs.run_id) > (own.created_at, own.run_id) AS "isLater"
      FROM runs own JOIN plans own_plan ON own_plan.hash = own.plan_hash
        JOIN plans ON plans.project = own_plan.project AND plans.name = own_plan.name
        JOIN runs ON runs.plan_hash = plans.hash JOIN agents_tasks ON agents_tasks.run_id = runs.run_id
      WHERE own.run_id = $2 AND task = $1 AND ${isOpenWork} AND step IS NOT NULL AND runs.run_id <> $2
      ORDER BY runs.created_at DESC, runs.run_id DESC`,
  row: { id: col.int, runId: col.text, outputsUri: col.text.orNull, isLater: col.bool },
});

/**
 * Looks, before a step starts, for work of the same step in other runs of its plan that is open, and does what its `onOpen`
 * says: the step starts all the same (`clear`), is to be skipped for a reason, or stands `aside` until that work was
 * withdrawn, which happens after this transaction, since it is about other runs. The work of a later run is never
 * withdrawn for an earlier one, whichever comes to it first.
 */
export async function resolveOpenApprovals(
  { tx, afterwards }: Pick<Engine, 'tx' | 'afterwards'>,
  { runId, step, stepIndex }: Starting,
): Promise<'clear' | 'aside' | { reason: string }> {
  if (step.onOpen === 'run') return 'clear';
  const [latest] = await findOpenWork(tx, { runId, task: step.task });
  if (latest === undefined) return 'clear';
  if (step.onOpen === 'skip') {
    const what = latest.outputsUri ?? `task ${latest.id}`;
    return { reason: `${what} of ${latest.runId} is still pending approval` };
  }
  if (latest.isLater) return { reason: supersededBy(latest.runId) };
  await tx.query(standAsideForWork(runId, stepIndex));
  afterwards.successions.push({ runId, step: stepIndex });
  return 'aside';
}

const standAsideForWork = statement({
  name: 'stand_aside_for_work',
  text: `UPDATE agents_tasks SET aside = 'open_work', aside_since = coalesce(aside_since, clock_timestamp())
      WHERE run_id = $1 AND step = $2 AND status = 'queued'`,
});

/** Says that a later run has taken the place of work. */
export function supersededBy(runId: string): string {
  return `superseded by ${runId}`;
}

/** Has work that has just come to be open be compared with that of other runs, once all can be seen that came at the same moment. */
export function compareLater(
  { afterwards }: Pick<Engine, 'afterwards'>,
  { runId, step, stepIndex }: Starting,
): void {
  if (step.onOpen === 'supersede') afterwards.successions.push({ runId, step: stepIndex });
}
