import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Engine } from '../engine/engine.ts';
import { stillWaits, waitedMs } from '../engine/markUnclaimed.ts';
import { afterTaskEnded } from '../engine/release.ts';
import { certainAfterLeases, endUnclaimed } from '../engine/unclaimed.ts';
import { fitsQueue, hasToLeave } from '../engine/workerLooks.ts';
import { notifyRunEnded } from '../notifications/endings.ts';
import { rulesOf } from '../plans/notifyRules.ts';
import type { PlanKey } from '../plans/planKey.ts';
import { readDefinition } from '../plans/plans.ts';
import { lockRun } from '../runs/lock.ts';

/** What prevents a new run of a plan, and what was done about it. */
export interface Room {
  /** The latest run that is under way. */
  underWay: string | undefined;
  /** The tasks that were skipped, and others that changed with them. */
  skipped: number[];
  changed: number[];
}

/**
 * Makes room for a new run of a plan: unless an earlier one is under way, what no worker asks for of the earlier ones is
 * skipped and their runs are brought forward. What that sets free for workers that are there counts as under way.
 */
export async function makeRoom(engine: Engine, key: PlanKey, leaseMs: number): Promise<Room> {
  const { tx } = engine;
  const room: Room = { underWay: undefined, skipped: [], changed: [] };
  const dead = await unaskedQueues(tx, key, leaseMs);
  const open = await readOpen(tx, key);
  room.underWay = runUnderWay(open, dead);
  if (room.underWay !== undefined || dead.length === 0) return room;
  const runIds = [
    ...new Set(open.filter((task) => isUnclaimed(task, dead)).map(({ runId }) => runId)),
  ].sort();
  for (const runId of runIds) await skipUnclaimed(engine, { runId, key }, dead, room);
  room.underWay = runUnderWay(await readOpen(tx, key), dead);
  return room;
}

/** Names the run that took the place of skipped tasks. */
export async function nameSuccessor(tx: Queryable, ids: readonly number[], runId: string): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(nameSuccessorSql(ids, `; replaced by ${runId}`));
}

const nameSuccessorSql = statement({
  name: 'name_successor',
  text: `UPDATE agents_tasks SET reason = reason || $2::text, log_excerpt = log_excerpt || $2::text WHERE id = ANY($1::int[])`,
});

/** A queue of a plan for whose tasks it is certain that no worker asks. */
interface UnaskedQueue {
  scope: string;
  labels: string[];
  /** The look since which nobody has. */
  since: string;
}

/** Finds the queues in which tasks of a plan have waited for so long that whoever is there would have shown itself. */
function unaskedQueues(tx: Queryable, { project, name }: PlanKey, leaseMs: number): Promise<UnaskedQueue[]> {
  return tx.query(unaskedQueuesSql(name, certainAfterLeases * leaseMs, project));
}

const unaskedQueuesSql = statement({
  name: 'unasked_queues',
  text: `SELECT queue.scope, queue.labels, min(mark.since) AS since
      FROM unclaimed_jobs mark JOIN agents_tasks task ON ${stillWaits} JOIN runs ON runs.run_id = task.run_id
        JOIN plans ON plans.hash = runs.plan_hash JOIN task_queues queue ON queue.name = mark.queue JOIN sweeps ON sweeps.id = 1
      WHERE plans.name = $1 AND plans.project = $3 AND ${waitedMs} >= $2::float8 AND NOT EXISTS (
        SELECT 1 FROM worker_looks look WHERE ${fitsQueue} AND NOT ${hasToLeave} AND look.seen_at > mark.since)
      GROUP BY queue.scope, queue.labels`,
  row: { scope: col.text, labels: col.list(col.text), since: col.time },
});

/** A task of a plan that has not ended. */
interface OpenTask {
  id: number;
  runId: string;
  status: string;
  scope: string;
  labels: string[];
  jobId: string | null;
  /** Whether its job may be taken now, and does not wait for a further try. */
  isDue: boolean;
  /** Whether it waits for nothing but a lock that another task holds. */
  isBehindLock: boolean;
}

/** The time of a job is kept to the millisecond, so that one of this very transaction may lie ahead by a part of one. */
async function readOpen(
  tx: Queryable,
  { project, name }: PlanKey,
  runId: string | null = null,
): Promise<OpenTask[]> {
  const open = await tx.query(openTasksOfPlan(name, runId, project));
  const tasks: OpenTask[] = [];
  for (const { planHash, step, ...task } of open) {
    const { steps } = await readDefinition(tx, planHash);
    tasks.push({ ...task, labels: steps[step]?.labels ?? [] });
  }
  return tasks;
}

const openTasksOfPlan = statement({
  name: 'open_tasks_of_plan',
  text: `SELECT task.id, task.run_id AS "runId", task.status, runs.scope, task.job_id AS "jobId", task.step, runs.plan_hash AS "planHash",
        coalesce(task.due_at <= now(), true) AS "isDue",
        coalesce(task.aside = 'lock' AND EXISTS (SELECT 1 FROM task_locks WHERE task_locks.key = task.lock_key), false) AS "isBehindLock"
      FROM plans JOIN runs ON runs.plan_hash = plans.hash JOIN agents_tasks task ON task.run_id = runs.run_id
      WHERE plans.name = $1 AND plans.project = $3 AND ($2::text IS NULL OR task.run_id = $2) AND task.step IS NOT NULL
        AND task.status IN ('queued', 'running', 'awaiting_approval')
      ORDER BY runs.created_at DESC, task.id`,
  row: {
    id: col.int,
    runId: col.text,
    status: col.text,
    scope: col.text.sure,
    jobId: col.text.orNull,
    step: col.int.sure,
    planHash: col.text.sure,
    isDue: col.bool,
    isBehindLock: col.bool,
  },
});

/** Whoever could take a task could take those of a queue that asks for no more labels, and has not. */
function isUnclaimed(
  { status, jobId, isDue, scope, labels }: OpenTask,
  dead: readonly UnaskedQueue[],
): boolean {
  const asksForAll = (queue: UnaskedQueue) =>
    queue.scope === scope && queue.labels.every((label) => labels.includes(label));
  return status === 'queued' && jobId !== null && isDue && dead.some(asksForAll);
}

/**
 * The latest run of a plan that workers have something to do for, or will: a pause before a retry and a held lock pass by
 * themselves. What only waits for a human, or for a worker that is not there, holds up no other run.
 */
function runUnderWay(open: readonly OpenTask[], dead: readonly UnaskedQueue[]): string | undefined {
  const runs = Map.groupBy(open, ({ runId }) => runId);
  for (const [runId, tasks] of runs) {
    const waits = (task: OpenTask) => task.status === 'awaiting_approval' || isUnclaimed(task, dead);
    const isHeldUp = tasks.some(waits);
    const goesOn = (task: OpenTask) =>
      task.status === 'running' ||
      (task.status === 'queued' && (task.jobId !== null || task.isBehindLock || !isHeldUp));
    if (tasks.some((task) => !waits(task) && goesOn(task))) return runId;
  }
  return undefined;
}

/** Skips what no worker asks for of a run, and what that lets into the same queues, until there is nothing of it. */
async function skipUnclaimed(
  engine: Engine,
  { runId, key }: { runId: string; key: PlanKey },
  dead: readonly UnaskedQueue[],
  room: Room,
): Promise<void> {
  const { tx } = engine;
  const run = await lockRun(tx, { runId });
  if (run === undefined) return;
  const definition = await readDefinition(tx, run.planHash);
  const [since = ''] = dead.map((queue) => queue.since).sort();
  const reason = `no worker asked for it since ${since.slice(0, 16).replace('T', ' ')} UTC, and its plan was due again`;
  let hasChanged = false;
  for (let again = true; again; ) {
    again = false;
    for (const task of await readOpen(tx, key, runId)) {
      if (task.jobId === null || !isUnclaimed(task, dead)) continue;
      const ended = await endUnclaimed(tx, { taskId: task.id, jobId: task.jobId }, 'skipped', reason);
      if (ended === undefined) continue;
      room.skipped.push(task.id);
      room.changed.push(task.id, ...(await afterTaskEnded(engine, task.id, runId)));
      again = true;
      hasChanged = true;
    }
  }
  const { queue, channels } = engine;
  if (hasChanged && channels?.length)
    await notifyRunEnded(
      { tx, queue, channels, rules: rulesOf(definition.notify) },
      {
        runId,
        plan: key.name,
        project: key.project,
      },
    );
}
