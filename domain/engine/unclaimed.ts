import type { UnclaimedFacts } from '../../contract/notifications/facts.ts';
import type { Queryable } from '../../database/database.ts';
import { briefly, eachApart } from '../../database/eachApart.ts';
import { col, statement } from '../../database/statement.ts';
import { readFreeze } from '../freeze/freeze.ts';
import { notifyTaskEnded } from '../notifications/endings.ts';
import { tell } from '../notifications/tell.ts';
import { rulesOf } from '../plans/notifyRules.ts';
import { readDefinition } from '../plans/plans.ts';
import { lockRun } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { addRemarks } from '../tasks/remarks.ts';
import { sourcesOf } from '../tasks/status.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';
import type { Engine } from './engine.ts';
import { inEngine, publish } from './inEngine.ts';
import { markUnclaimed, stillWaits, waitedMs } from './markUnclaimed.ts';
import { silenceMs, wasSilent } from './recordSweep.ts';
import { afterTaskEnded } from './release.ts';
import { whoFits, whyNobodyFits } from './whoFits.ts';

/** After this many lease times without a request it is certain that no worker is there. */
export const certainAfterLeases = 4;

/** How many tasks one sweep handles. */
const maxTogether = 200;

/**
 * Sees to tasks that could be taken and that no fitting worker asks for: tells each once after its plan's `unclaimedAfter`,
 * and fails it after `unclaimedFails`, both with the reason; at most 200 with one look. Time in which nobody looked does not
 * count, and right after it nothing is done, so that workers can come back first; nor does a freeze. Says how many were told and failed, and
 * which.
 */
export async function sweepUnclaimed(
  store: Store,
  see: (what: 'told' | 'failed', task: { task: string; runId: string }) => void = () => undefined,
): Promise<{ told: number; failed: number }> {
  if (await readFreeze(store.db)) return { told: 0, failed: 0 };
  await markUnclaimed(store);
  const overdue = await findOverdue(store);
  const outcome = { told: 0, failed: 0 };
  if (overdue.length === 0) return outcome;
  const reasons = await reasonsOf(store, overdue);
  const byRun = Map.groupBy(
    overdue.filter(({ isOver }) => !isOver),
    ({ runId }) => runId,
  );
  const work = [
    ...[...byRun].map(([runId, marks]) => async () => {
      for (const task of await tellUnclaimed(store, runId, marks, reasons)) {
        outcome.told += 1;
        see('told', { task, runId });
      }
    }),
    ...overdue
      .filter(({ isOver }) => isOver)
      .map((mark) => async () => {
        const task = await failUnclaimed(store, mark, reasons);
        if (task === undefined) return;
        outcome.failed += 1;
        see('failed', task);
      }),
  ];
  const runIds = [...byRun.keys(), ...overdue.filter(({ isOver }) => isOver).map(({ runId }) => runId)];
  await eachApart(
    runIds.map((runId, index) => ({ runId, act: work[index] })),
    async ({ act }) => act?.(),
  );
  return outcome;
}

interface Overdue {
  jobId: string;
  taskId: number;
  runId: string;
  queue: string;
  scope: string;
  labels: string[];
  /** Whether it fails now. */
  isOver: boolean;
  afterMs: number;
  failsMs: number;
  failsAt: string;
}

/** A plan may ask for less time than a worker that is there has to show itself: that is a lease. */
function findOverdue({ db, leaseMs }: Store): Promise<Overdue[]> {
  return db.query(overdueUnclaimed(leaseMs, certainAfterLeases * leaseMs, silenceMs(leaseMs)));
}

const isOver = `${waitedMs} >= greatest(fails_ms, $1::float8)`;

const overdueUnclaimed = statement({
  name: 'overdue_unclaimed',
  text: `SELECT mark.job_id AS "jobId", task.id AS "taskId", task.run_id AS "runId", mark.queue, queue.scope, queue.labels, ${isOver} AS "isOver",
        after_ms::float8 AS "afterMs", fails_ms::float8 AS "failsMs",
        (now() + (fails_ms - ${waitedMs}) * interval '1 ms')::timestamptz(3) AS "failsAt"
      FROM unclaimed_jobs mark JOIN agents_tasks task ON ${stillWaits} JOIN task_queues queue ON queue.name = mark.queue
        JOIN sweeps ON sweeps.id = 1
      WHERE unbroken_since <= now() - $2::float8 * interval '1 ms' AND NOT ${wasSilent('$3::float8')}
        AND (${isOver} OR told_at IS NULL AND ${waitedMs} >= greatest(after_ms, $1::float8))
      ORDER BY mark.since, mark.job_id LIMIT ${maxTogether}`,
  row: {
    jobId: col.text,
    taskId: col.int,
    runId: col.text,
    queue: col.text,
    scope: col.text,
    labels: col.list(col.text),
    isOver: col.bool,
    afterMs: col.float,
    failsMs: col.float,
    failsAt: col.time,
  },
});

/** Says for each queue why nobody asks for it; it is left out when somebody does by now. */
async function reasonsOf({ db, leaseMs }: Store, overdue: readonly Overdue[]): Promise<Map<string, string>> {
  const queues = [...new Map(overdue.map((one) => [one.queue, one])).values()];
  const found = await whoFits(db, queues, leaseMs);
  return new Map(
    queues.flatMap(({ queue, labels }, index) => {
      const who = found[index];
      const why = who && whyNobodyFits(who, labels);
      return why === undefined ? [] : [[queue, why]];
    }),
  );
}

/** Tells of tasks of a run that nobody asks for, with one notification and a remark at each; gives their names. */
async function tellUnclaimed(
  store: Store,
  runId: string,
  marks: readonly Overdue[],
  reasons: ReadonlyMap<string, string>,
): Promise<string[]> {
  const { channels } = store;
  const queue = await store.queue();
  const byJob = new Map(marks.filter((mark) => reasons.has(mark.queue)).map((mark) => [mark.jobId, mark]));
  const told = await store.db.transaction(async (tx) => {
    const run = await lockRun(tx, { runId });
    if (run === undefined) return [];
    const untold = await tx.query(noteUnclaimedTold([...byJob.keys()]));
    const tasks = untold
      .toSorted((a, b) => a.taskId - b.taskId)
      .map(({ jobId, taskId, task }) => {
        const mark = byJob.get(jobId);
        return { taskId, task, reason: reasonOf(mark?.afterMs ?? 0, reasons.get(mark?.queue ?? '')) };
      });
    for (const { taskId, reason } of tasks) await addRemarks(tx, taskId, [capitalised(`${reason}.`)]);
    const definition = await readDefinition(tx, run.planHash);
    if (channels?.length && tasks.length > 0) {
      const failsAt = untold.map(({ jobId }) => byJob.get(jobId)?.failsAt ?? '').sort()[0] ?? '';
      const payload: UnclaimedFacts = {
        runId,
        plan: definition.name,
        project: await projectOfPlan(tx, run.planHash),
        tasks: tasks.slice(0, 20),
        total: tasks.length,
        failsAt,
      };
      const [first] = tasks;
      const about = { payload, runId, ...(tasks.length === 1 && first ? { taskId: first.taskId } : {}) };
      await tell({ tx, queue, channels, rules: rulesOf(definition.notify) }, 'unclaimed', about);
    }
    return tasks;
  }, briefly);
  await publish(
    store,
    told.map(({ taskId }) => taskId),
  );
  return told.map(({ task }) => task);
}

const noteUnclaimedTold = statement({
  name: 'note_unclaimed_told',
  text: `UPDATE unclaimed_jobs mark SET told_at = now() FROM agents_tasks task
        WHERE mark.job_id = ANY($1::uuid[]) AND told_at IS NULL AND ${stillWaits}
        RETURNING mark.job_id AS "jobId", task.id AS "taskId", task.task`,
  row: { jobId: col.text, taskId: col.int, task: col.text },
});

async function projectOfPlan(tx: Queryable, planHash: string): Promise<string> {
  const [plan] = await tx.query(projectOfPlanSql(planHash));
  return plan?.project ?? '';
}

const projectOfPlanSql = statement({
  name: 'project_of_plan',
  text: 'SELECT project FROM plans WHERE hash = $1',
  row: { project: col.text },
});

/** Fails a task that nobody asks for, and brings its run forward; gives it, or nothing when it waits no more. */
async function failUnclaimed(
  store: Store,
  { jobId, taskId, runId, queue: queueName, failsMs }: Overdue,
  reasons: ReadonlyMap<string, string>,
): Promise<Task | undefined> {
  const why = reasons.get(queueName);
  if (why === undefined) return undefined;
  let failed: Task | undefined;
  const failing = async (engine: Engine) => {
    const { tx } = engine;
    const run = await lockRun(tx, { runId });
    if (run === undefined) return [];
    const reason = reasonOf(failsMs, why);
    const task = await endUnclaimed(tx, { taskId, jobId }, 'failed', reason);
    failed = task;
    if (task === undefined) return [];
    const { queue, channels } = engine;
    const others = await afterTaskEnded(engine, task.id, runId);
    if (channels?.length)
      await notifyTaskEnded({ tx, queue, channels }, task, reason, await readDefinition(tx, run.planHash));
    return [task.id, ...others];
  };
  const changed = await inEngine(store, failing, briefly);
  // Not before the commit: whoever takes a job waits for its run, so whoever holds a run must not wait for a job.
  if (changed.length > 0) {
    const queue = await store.queue();
    await store.db.transaction((tx) => queue.settle(tx, queueName, jobId));
  }
  await publish(store, changed);
  return failed;
}

/** Ends the task that waits with a job, for a reason; gives it, or nothing when it waits no more. */
export async function endUnclaimed(
  tx: Queryable,
  { taskId, jobId }: { taskId: number; jobId: string },
  status: 'failed' | 'skipped',
  reason: string,
): Promise<Task | undefined> {
  const [task] = await tx.query(
    endUnclaimedSql(taskId, status, reason, sourcesOf(status, 'unclaimed'), jobId),
  );
  return task;
}

const endUnclaimedSql = statement({
  name: 'end_unclaimed',
  text: `WITH gone AS (DELETE FROM unclaimed_jobs WHERE job_id = $5::uuid)
      UPDATE agents_tasks SET status = $2::text, reason = $3::text, finished_at = now(), started_at = coalesce(started_at, now()),
        duration_ms = coalesce(duration_ms, 0), log_excerpt = coalesce(log_excerpt, '[nightshift] ' || $2::text || ': ' || $3::text)
      WHERE id = $1 AND job_id = $5::uuid AND status = ANY($4::text[]) RETURNING ${selectTask}`,
  row: taskRow,
});

function reasonOf(ms: number, why = 'no matching worker is running'): string {
  return `no worker asked for it for ${inWords(ms)}: ${why}`;
}

function inWords(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return ms >= 60_000 && ms % 60_000 === 0 ? `${ms / 60_000} min` : `${Math.round(ms / 100) / 10} s`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
