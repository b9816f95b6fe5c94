import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readDefinition } from '../plans/plans.ts';
import { graphOf, withDependants } from '../plans/stepGraph.ts';
import { scopeOfPlan } from '../queue/queueName.ts';
import { ensureQueues } from '../queue/queues.ts';
import type { Store } from '../store.ts';
import { readStates, requeue } from './retry.ts';

/** Makes the queues into which `bringBack` may bring tasks; they cannot be made within a transaction. */
export async function prepareToBringBack(store: Store, taskId: number): Promise<void> {
  const run = await readRunOf(store.db, taskId);
  if (run === undefined) return;
  await ensureQueues(store, scopeOfPlan(run.planHash), await readDefinition(store.db, run.planHash));
}

/**
 * Lets the steps wait again that were skipped because a task had failed which has succeeded after all; what else keeps them
 * from running skips them again. The worker of an exclusive run may be gone, so any that knows the plan may take them.
 * Gives their ids.
 */
export async function bringBack(tx: Queryable, taskId: number): Promise<number[]> {
  const run = await readRunOf(tx, taskId);
  if (run === undefined) return [];
  const { steps } = await readDefinition(tx, run.planHash);
  const tasks = await readStates(tx, run.runId);
  const own = tasks.find(({ id }) => id === taskId);
  if (own === undefined) return [];
  const dependants = withDependants(graphOf(steps), own.step);
  const skipped = tasks.filter(
    ({ id, step, status, untried, approvalState }) =>
      id !== taskId && dependants.has(step) && status === 'skipped' && untried && approvalState === null,
  );
  if (skipped.length === 0) return [];
  if (!tasks.some(({ status }) => status === 'queued' || status === 'running'))
    await tx.query(openScopeOfRun(run.runId, scopeOfPlan(run.planHash)));
  const ids = skipped.map(({ id }) => id);
  await requeue(tx, ids);
  return ids;
}

const openScopeOfRun = statement({
  name: 'open_scope_of_run',
  text: 'UPDATE runs SET scope = $2 WHERE run_id = $1',
});

async function readRunOf(
  db: Queryable,
  taskId: number,
): Promise<{ runId: string; planHash: string } | undefined> {
  const [run] = await db.query(runToBringBack(taskId));
  return run;
}

const runToBringBack = statement({
  name: 'run_to_bring_back',
  text: `SELECT runs.run_id AS "runId", plan_hash AS "planHash" FROM runs JOIN agents_tasks USING (run_id)
      WHERE agents_tasks.id = $1 AND step IS NOT NULL AND plan_hash IS NOT NULL`,
  row: { runId: col.text, planHash: col.text.sure },
});
