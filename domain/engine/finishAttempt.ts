import { createHash } from 'node:crypto';
import type { Verdict } from '../../contract/outcome/judgeAttempt.ts';
import { briefly, eachApart } from '../../database/eachApart.ts';
import { sendInOrder } from '../../database/sendInOrder.ts';
import { col, statement } from '../../database/statement.ts';
import { refuseLeaseOutside } from '../bounds/withinBounds.ts';
import { canonicalJson } from '../input/json.ts';
import type { Bounds } from '../input/viewer.ts';
import { notifyTaskEnded } from '../notifications/endings.ts';
import { notifyApproval } from '../notifications/notifyApproval.ts';
import { floorOfContent, stepOnFloor } from '../plans/approvalFloor.ts';
import { readDefinition } from '../plans/plans.ts';
import { graphOf } from '../plans/stepGraph.ts';
import { enqueue } from '../queue/enqueue.ts';
import { type LockedRun, lockRun } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { openApproval } from '../tasks/openApproval.ts';
import { readTask } from '../tasks/read.ts';
import { addRemarks } from '../tasks/remarks.ts';
import type { Task } from '../tasks/task.ts';
import type { AttemptReport } from './attemptReport.ts';
import { awaitedOf, remarksOf } from './awaitPull.ts';
import type { Engine } from './engine.ts';
import { LostLeaseError, UnknownLeaseError } from './errors.ts';
import { fillSlots } from './fillSlots.ts';
import { serverIdOf } from './identity.ts';
import { inEngine, publishTasks } from './inEngine.ts';
import { judgeReport } from './judgeReport.ts';
import { freeLock } from './locks.ts';
import { lockAttempt, type OpenAttempt } from './openAttempt.ts';
import { recordEnd, recordEndAndMove } from './recordEnd.ts';
import { lastSweepSql, wasExtendedAfterOutage } from './recordSweep.ts';
import { releaseAfterSuccess, releaseReady } from './release.ts';

/**
 * Takes the report of an attempt: in one transaction the attempt ends, its task moves, and what waited for it is
 * released. The same report again is a success that changes nothing. Gives the task as it is then.
 * @throws LostLeaseError when the lease has lapsed; UnknownLeaseError when it is not on record; OutOfBoundsError
 */
export async function finishAttempt(
  store: Store,
  leaseId: string,
  report: AttemptReport,
  bounds?: Bounds,
): Promise<EndedTask> {
  return (await finish(store, leaseId, report, { bounds })).task;
}

/** A task as the end of an attempt has left it; with its reason, unless the report was known already. */
export type EndedTask = Task & { reason?: string | null };

/** Does more in the transaction that has ended an attempt, last of all; its run is locked. */
export type AndThen<T> = (engine: Engine, run: LockedRun) => Promise<T>;

/** Takes the report of an attempt and does more in its transaction, unless the same report was taken before. */
export async function finish<T = never>(
  store: Store,
  leaseId: string,
  report: AttemptReport,
  more: Pick<EndOptions<T>, 'andThen' | 'bounds'> = {},
): Promise<{ task: EndedTask; next?: T | undefined }> {
  try {
    const { taskId, task, next } = await endLease(store, leaseId, report, more);
    return { task: task ?? (await readTask(store.db, taskId)), next };
  } catch (error) {
    if (!(error instanceof LostLeaseError) || !(await wasExtendedAfterOutage(store, leaseId))) throw error;
    return finish(store, leaseId, report, more);
  }
}

/** So many lapsed leases are ended with one call. */
export const maxEndedTogether = 100;

/**
 * Ends the attempts whose leases had lapsed at the last look, oldest first, at most 100; says how many there were, and of
 * which task each was.
 * One that cannot be ended keeps none of the others: its error is thrown after them.
 */
export async function sweepLeases(
  store: Store,
  see: (task: Pick<Task, 'task' | 'runId'>) => void = () => undefined,
): Promise<number> {
  const lapsed = await store.db.query(lapsedLeases());
  for (const task of lapsed) see(task);
  await eachApart(lapsed, async ({ leaseId }) => void (await endLease(store, leaseId, 'lost')));
  return lapsed.length;
}

const lapsedLeases = statement({
  name: 'lapsed_leases',
  text: `SELECT lease_id AS "leaseId", run_id AS "runId", agents_tasks.task FROM task_attempts JOIN agents_tasks ON agents_tasks.id = task_id
      WHERE task_attempts.finished_at IS NULL AND lease_expires_at <= ${lastSweepSql} ORDER BY lease_expires_at LIMIT ${maxEndedTogether}`,
  row: { leaseId: col.text, runId: col.text, task: col.text },
});

/** What the end of an attempt has changed: its task as it is now, if that moved, and other tasks by their ids. */
export interface Ended {
  taskId: number;
  task?: EndedTask | undefined;
  others: readonly number[];
  /** Its run, unless nothing has changed. */
  run?: LockedRun;
}

/** How an attempt is ended. */
interface EndOptions<T> {
  /** Whether somebody gives its lease back. @default false */
  isReturned?: boolean;
  andThen?: AndThen<T> | undefined;
  /** What whoever ends it may change at most. */
  bounds?: Bounds | undefined;
}

/**
 * Ends the attempt of a lease, as its worker reports or because it was lost. One that was given back is over whether its
 * lease has lapsed or not; one that has ended before is left as it is.
 * @throws LostLeaseError when a lease has lapsed whose worker reports; UnknownLeaseError when it is not on record;
 * OutOfBoundsError
 */
export async function endLease<T = never>(
  store: Store,
  leaseId: string,
  report: AttemptReport | 'lost',
  { isReturned = false, andThen, bounds }: EndOptions<T> = {},
): Promise<Ended & { next?: T | undefined }> {
  const setting = { github: store.github, serverId: await serverIdOf(store.db), isReturned, bounds };
  const ended = await inEngine(
    store,
    async (engine) => {
      const done = await endAttempt(engine, leaseId, report, setting);
      return { ...done, next: done.run && (await andThen?.(engine, done.run)) };
    },
    report === 'lost' && !isReturned ? briefly : {},
  );
  if (ended.task) store.changes.publish(ended.task, ended.task.status === 'queued' ? 'updated' : 'finished');
  await publishTasks(store, ended.others);
  return ended;
}

async function endAttempt(
  engine: Engine,
  leaseId: string,
  report: AttemptReport | 'lost',
  setting: Pick<Store, 'github'> &
    Pick<EndOptions<never>, 'bounds'> & { serverId: string; isReturned: boolean },
): Promise<Ended> {
  const { tx } = engine;
  const { github, serverId, isReturned, bounds } = setting;
  // The run's row comes first, as everywhere, so that two attempts of one run that end at once do not block each other
  // for good.
  const [run, attempt] = await sendInOrder([() => lockRun(tx, { leaseId }), () => lockAttempt(tx, leaseId)]);
  const isReported = report !== 'lost' && !isReturned;
  const hash = isReported ? createHash('sha256').update(canonicalJson(report)).digest('hex') : null;
  if (run === undefined || attempt === undefined) throw new UnknownLeaseError(leaseId, serverId);
  await refuseLeaseOutside(tx, bounds, leaseId);
  const { taskId } = attempt;
  if (isReported ? isKnown(attempt, hash) : attempt.over || !(isReturned || attempt.lost))
    return { taskId, others: [] };
  if (isReported && (attempt.over || attempt.lapsed)) throw new LostLeaseError(leaseId);

  if (report !== 'lost') await addRemarks(tx, taskId, report.remarks);
  const definition = await readDefinition(tx, run.planHash);
  const planned = definition.steps[attempt.step];
  if (planned === undefined) throw new Error(`Plan ${run.planHash} has no step ${attempt.step}.`);
  const step = stepOnFloor(planned, await floorOfContent(tx, engine.floor, run.planHash));
  const { verdict, choice } = await judgeReport(tx, report, { attempt, step, github, isReturned });
  // What needs a step hears of its end where it can go on, or never will; the lock and the slot are free in any case.
  const release = async (status: Verdict['status'] | 'cancelled') => {
    if (step.lock != null) await freeLock(engine, taskId);
    if (status === 'succeeded') return releaseAfterSuccess(engine, run, attempt.step);
    if (status === 'queued' && !attempt.isReady) return releaseReady(engine, run.runId, run);
    const holdsOthers = status === 'failed' || status === 'skipped';
    if (holdsOthers && (graphOf(definition.steps).dependants[attempt.step] ?? []).length > 0)
      return releaseReady(engine, run.runId, run);
    const { changed, hasSkipped } = await fillSlots(engine, run);
    return hasSkipped ? [...changed, ...(await releaseReady(engine, run.runId, run))] : changed;
  };
  // Cancelled while it ran: the attempt is on record, the decision stands, and its lock is free only now.
  if (attempt.status !== 'running') {
    const [, others] = await sendInOrder([
      () => recordEnd(tx, leaseId, report, hash, choice),
      () => release('cancelled'),
    ]);
    return { taskId, others, run };
  }
  const queueAgain = async () => {
    if (verdict.status !== 'queued') return;
    if (attempt.isReady)
      await enqueue(engine, run, [{ step: attempt.step, labels: step.labels }], verdict.afterSeconds);
    // It waits again for what it needs.
    else await tx.query(dropJob(taskId));
  };
  const awaits = verdict.status === 'awaiting_approval';
  const tell = () => (awaits ? notifyApproval(engine, { taskId, reason: 'needed' }) : undefined);
  const [task, , , , others] = await sendInOrder([
    () => recordEndAndMove(tx, leaseId, taskId, { report, hash, verdict, choice }),
    () =>
      awaits
        ? openApproval(tx, taskId, { kind: 'output', policy: step.policy, pull: awaitedOf(choice) })
        : undefined,
    () => addRemarks(tx, taskId, remarksOf(choice)),
    queueAgain,
    () => release(verdict.status),
    tell,
  ]);
  if (engine.channels.length > 0 && task && verdict.status !== 'queued')
    await notifyTaskEnded(engine, task, verdict.reason ?? null, definition);
  return { taskId, task: task && { ...task, reason: verdict.reason ?? null }, others, run };
}

const dropJob = statement({ name: 'drop_job', text: 'UPDATE agents_tasks SET job_id = NULL WHERE id = $1' });

/** Whether the same report of an attempt was taken before. */
function isKnown({ over, reportHash }: OpenAttempt, hash: string | null): boolean {
  return over && reportHash === hash;
}
