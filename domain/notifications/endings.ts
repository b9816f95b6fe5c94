import type { RunFacts, StepFacts } from '../../contract/notifications/facts.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { newsOf, rulesOf } from '../plans/notifyRules.ts';
import type { PlanDefinition } from '../plans/planDefinition.ts';
import type { Work } from '../queue/work.ts';
import { keptCounts } from '../tasks/keptCounts.ts';
import type { Task } from '../tasks/task.ts';
import { type Telling, tell } from './tell.ts';

/**
 * Tells, in the transaction that ended a task of the engine, what its end is to those who care: the first failure of
 * its step, one more, its recovery; and when nothing of its run is left to do, what came of it.
 */
export async function notifyTaskEnded(
  work: Work,
  task: Task,
  reason: string | null,
  { name: plan, notify: given }: Pick<PlanDefinition, 'name' | 'notify'>,
): Promise<void> {
  const telling = { ...work, rules: rulesOf(given) };
  const { id: taskId, task: name, runId, status } = task;
  const { project, failed } = await readPast(work.tx, { id: taskId, task: name, runId });
  const news = newsOf(status, failed);
  if (news !== undefined) {
    const payload: StepFacts = { taskId, task: name, runId, plan, project, status, reason };
    await tell(telling, news, { payload, taskId, runId });
  }
  await notifyRunEnded(
    telling,
    { runId, plan, project },
    news !== undefined || status === 'awaiting_approval',
  );
}

/** Tells what came of a run, if nothing of it is left to do. */
export async function notifyRunEnded(
  telling: Telling,
  about: Pick<RunFacts, 'runId' | 'plan' | 'project'>,
  /** Whether the end of its last task was told. */
  wasTold = false,
): Promise<void> {
  const facts = await factsAtRest(telling.tx, about);
  if (facts === undefined) return;
  const total = Object.values(facts.counts).reduce((sum, count) => sum + count, 0);
  // Of a run of one task all was said already.
  if (total === 1 && wasTold) return;
  await tell(telling, 'summary', { payload: facts, runId: about.runId });
}

/** So many earlier tasks of a step's name are looked at, those of other plans too: what lies further back counts as never. */
const maxEarlier = 1000;

/**
 * Reads the project of a task's plan, and whether the step failed in the last run of the plan before in which it ran to an
 * end; a rejection is no failure.
 */
async function readPast(
  tx: Queryable,
  { id, task, runId }: { id: number; task: string; runId: string },
): Promise<{ project: string; failed: boolean }> {
  const [past] = await tx.query(stepFailedBefore(task, id, runId));
  return past ?? { project: '', failed: false };
}

const stepFailedBefore = statement({
  name: 'step_failed_before',
  text: `SELECT own.project, coalesce((
        SELECT status = 'failed' AND approval_state IS NULL FROM (
          SELECT id, run_id, status, approval_state FROM agents_tasks WHERE task = $1 AND id < $2 AND step IS NOT NULL
          ORDER BY id DESC LIMIT ${maxEarlier}) earlier
        WHERE run_id <> $3 AND status IN ('succeeded', 'failed', 'awaiting_approval')
          AND EXISTS (SELECT 1 FROM runs JOIN plans ON plans.hash = plan_hash
            WHERE runs.run_id = earlier.run_id AND plans.name = own.name AND plans.project = own.project)
        ORDER BY id DESC LIMIT 1), false) AS failed
      FROM runs own_run JOIN plans own ON own.hash = own_run.plan_hash WHERE own_run.run_id = $3`,
  row: { project: col.text, failed: col.bool },
});

/** What came of a run once nothing of it runs or can, until a human decides; nothing before. */
async function factsAtRest(
  tx: Queryable,
  about: Pick<RunFacts, 'runId' | 'plan' | 'project'>,
): Promise<RunFacts | undefined> {
  const [row] = await tx.query(runAtRest(about.runId));
  return row && { ...about, ...row };
}

const runAtRest = statement({
  name: 'run_at_rest',
  text: `SELECT (SELECT ${keptCounts} FROM run_counts kept WHERE run_id = $1) AS counts,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('taskId', id, 'task', task, 'reason', reason) ORDER BY id), '[]')
          FROM (SELECT * FROM agents_tasks WHERE run_id = $1 AND status = 'failed' ORDER BY id LIMIT 20) failed) AS failed,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('taskId', id, 'task', task, 'outputsUri', outputs_uri) ORDER BY id), '[]')
          FROM (SELECT * FROM agents_tasks WHERE run_id = $1 AND status = 'awaiting_approval' ORDER BY id LIMIT 20) waiting)
          AS awaiting
      WHERE NOT EXISTS (SELECT 1 FROM agents_tasks WHERE run_id = $1 AND status = 'running' AND step IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM agents_tasks WHERE run_id = $1 AND status = 'queued' AND job_id IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM agents_tasks WHERE run_id = $1 AND (status = 'running' OR status = 'queued'
          AND (ready_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM agents_tasks WHERE run_id = $1 AND status = 'awaiting_approval'))))`,
  row: {
    counts: col.json<RunFacts['counts']>(),
    failed: col.json<RunFacts['failed']>(),
    awaiting: col.json<RunFacts['awaiting']>(),
  },
});
