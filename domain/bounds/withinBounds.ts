import type { Database, Queryable } from '../../database/database.ts';
import { col, type RowOfStatement, statement } from '../../database/statement.ts';
import type { OutOfBoundsError } from '../input/errors.ts';
import type { Bounds } from '../input/viewer.ts';
import {
  planRefusal,
  refuseBounded,
  refuseLabelsOutside,
  refusePlanOutside,
  reportRefusal,
} from './bounds.ts';

// A plan may go from a guessed project to a named one. Within a transaction these keep the plan's row until it ends, so
// that what was inside when it was looked at is inside when it changes.

/** Refuses the content of a plan that a key may not change. @throws OutOfBoundsError */
export async function refuseContentOutside(
  tx: Queryable,
  bounds: Bounds | undefined,
  planHash: string,
): Promise<void> {
  if (bounds === undefined) return;
  const [plan] = await tx.query(planWithinBounds(planHash));
  if (plan) refusePlanOutside(bounds, plan);
}

const planWithinBounds = statement({
  name: 'plan_within_bounds',
  text: 'SELECT project, name FROM plans WHERE hash = $1 FOR SHARE',
  row: { project: col.text, name: col.text },
});

/** Refuses a run whose plan a key may not change; says whether it has one. @throws OutOfBoundsError */
export async function refuseRunOutside(
  tx: Queryable,
  bounds: Bounds | undefined,
  runId: string,
): Promise<boolean> {
  if (bounds === undefined) return false;
  const [plan] = await tx.query(runWithinBounds(runId));
  if (plan) refusePlanOutside(bounds, plan, `change the run ${runId} of the plan ${plan.name}`);
  return plan !== undefined;
}

const runWithinBounds = statement({
  name: 'run_within_bounds',
  text: 'SELECT project, name FROM runs JOIN plans ON hash = plan_hash WHERE run_id = $1 FOR SHARE OF plans',
  row: { project: col.text, name: col.text },
});

/** Refuses a lease of a task that a key may not run: its plan or a label of its step is outside. @throws OutOfBoundsError */
export async function refuseLeaseOutside(
  tx: Queryable,
  bounds: Bounds | undefined,
  leaseId: string,
): Promise<void> {
  if (bounds === undefined) return;
  const [found] = await tx.query(leaseWithinBounds(leaseId));
  if (found === undefined) return;
  refusePlanOutside(bounds, found);
  refuseLabelsOutside(bounds, found.labels);
}

const leaseWithinBounds = statement({
  name: 'lease_within_bounds',
  text: `SELECT project, name, coalesce(definition -> 'steps' -> step -> 'labels', '[]') AS labels
      FROM task_attempts JOIN agents_tasks ON agents_tasks.id = task_id JOIN runs USING (run_id) JOIN plans ON hash = plan_hash
      WHERE lease_id = $1 FOR SHARE OF plans`,
  row: { project: col.text, name: col.text, labels: col.json<string[]>() },
});

/** Refuses tasks that a key may not change; those that do not exist are for others to miss. @throws OutOfBoundsError */
export async function refuseTasksOutside(
  tx: Queryable,
  bounds: Bounds | undefined,
  ids: readonly number[],
): Promise<void> {
  const [first] = await findTasksOutside(tx, bounds, ids);
  if (first) throw first.refusal;
}

/** Finds those of several tasks that a key may not change, and why. */
export async function findTasksOutside(
  tx: Queryable,
  bounds: Bounds | undefined,
  ids: readonly number[],
): Promise<{ id: number; refusal: OutOfBoundsError }[]> {
  return bounds === undefined ? [] : tasksOutside(bounds, await tx.query(tasksWithinBounds(ids)));
}

/** The same for who only wants to know, and keeps no row from changing. */
export async function seeTasksOutside(
  db: Queryable,
  bounds: Bounds | undefined,
  ids: readonly number[],
): Promise<{ id: number; refusal: OutOfBoundsError }[]> {
  return bounds === undefined ? [] : tasksOutside(bounds, await db.query(tasksSeenWithinBounds(ids)));
}

function tasksOutside(
  bounds: Bounds,
  tasks: readonly RowOfStatement<typeof tasksWithinBounds>[],
): { id: number; refusal: OutOfBoundsError }[] {
  return tasks.flatMap(({ id, task, isReported, project, plan }) => {
    const ofPlan = () =>
      plan === null
        ? undefined
        : planRefusal(
            bounds,
            { project: project ?? '', name: plan },
            `change task ${id} of the plan ${plan}`,
          );
    // One that was reported into the run of a plan is a part of both.
    const refusal = (isReported ? reportRefusal(bounds, task) : undefined) ?? ofPlan();
    return refusal ? [{ id, refusal }] : [];
  });
}

const plansOfTasks = (
  lock: string,
) => `SELECT id, task, step IS NULL AS "isReported", of_plan.project, of_plan.name AS plan FROM agents_tasks LEFT JOIN LATERAL (
        SELECT plans.project, plans.name FROM runs JOIN plans ON hash = plan_hash
        WHERE runs.run_id = agents_tasks.run_id ${lock}) of_plan ON true
      WHERE id = ANY($1::int[]) ORDER BY id`;

const rowOfPlan = {
  id: col.int,
  task: col.text,
  isReported: col.bool,
  project: col.text.orNull,
  plan: col.text.orNull,
};

const tasksWithinBounds = statement({
  name: 'tasks_within_bounds',
  text: plansOfTasks('FOR SHARE OF plans'),
  row: rowOfPlan,
});

const tasksSeenWithinBounds = statement({
  name: 'tasks_seen_within_bounds',
  text: plansOfTasks(''),
  row: rowOfPlan,
});

/** Changes a task that a key may change, in one transaction with the look at that; without bounds, without either. @throws OutOfBoundsError */
export function changeTaskWithin<T>(
  db: Database,
  bounds: Bounds | undefined,
  taskId: number,
  change: (db: Queryable) => Promise<T>,
): Promise<T> {
  if (bounds === undefined) return change(db);
  return db.transaction(async (tx) => {
    await refuseTasksOutside(tx, bounds, [taskId]);
    return change(tx);
  });
}

/** The same for a lease. @throws OutOfBoundsError */
export function changeLeaseWithin<T>(
  db: Database,
  bounds: Bounds | undefined,
  leaseId: string,
  change: (db: Queryable) => Promise<T>,
): Promise<T> {
  if (bounds === undefined) return change(db);
  return db.transaction(async (tx) => {
    await refuseLeaseOutside(tx, bounds, leaseId);
    return change(tx);
  });
}

/** Refuses a notification of what a key may not change; one of several plans is of the whole server. @throws OutOfBoundsError */
export async function refuseDeliveryOutside(
  tx: Queryable,
  bounds: Bounds | undefined,
  id: string,
): Promise<void> {
  if (bounds === undefined) return;
  const [about] = await tx.query(deliveryWithinBounds(id));
  if (about === undefined) return;
  const { taskId, runId, plan, project } = about;
  if (taskId !== null) return refuseTasksOutside(tx, bounds, [taskId]);
  // Its run may have been deleted since.
  if (runId !== null && (await refuseRunOutside(tx, bounds, runId))) return;
  if (plan !== null) refusePlanOutside(bounds, { project: project ?? '', name: plan });
  else refuseBounded(bounds, 'send a notification about several plans again');
}

const deliveryWithinBounds = statement({
  name: 'delivery_within_bounds',
  text: `SELECT task_id AS "taskId", run_id AS "runId", payload ->> 'plan' AS plan, payload ->> 'project' AS project
      FROM deliveries WHERE id = $1`,
  row: { taskId: col.int.orNull, runId: col.text.orNull, plan: col.text.orNull, project: col.text.orNull },
});
