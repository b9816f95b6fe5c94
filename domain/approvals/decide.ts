import type { DecisionAction } from '../../contract/words/decisions.ts';
import { decisionFacts } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { recogniseIn } from '../audit/directory.ts';
import { findTasksOutside } from '../bounds/withinBounds.ts';
import { bringBack, prepareToBringBack } from '../engine/bringBack.ts';
import type { Engine } from '../engine/engine.ts';
import { inEngine, publish } from '../engine/inEngine.ts';
import { afterTaskEnded } from '../engine/release.ts';
import { AlreadyDecidedError, NotAwaitingApprovalError, NotFoundError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { type Outbox, openOutbox } from '../notifications/outbox.ts';
import { newDeliveries } from '../queue/deliveryQueues.ts';
import { lockTask } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { sourcesOf } from '../tasks/status.ts';
import type { Task } from '../tasks/task.ts';
import { type OpenApproval, readOpenApproval } from './approval.ts';
import { conclude } from './conclude.ts';
import type { DecisionDetails, DecisionRequest } from './decisionRequest.ts';
import { endOverdue } from './expire.ts';
import type { JudgeSetting } from './mayDecide.ts';
import { readNamedPeople } from './namedPeople.ts';
import { reopenExpired } from './reopenExpired.ts';
import { isRepeated } from './repeated.ts';
import { withStanding } from './standing.ts';
import { verdictOf } from './verdict.ts';

/**
 * Approves, rejects or cancels a task, once: the one way for GraphQL, REST and CLI. Each call leaves a row, whether it
 * was allowed or refused. Where several must approve, an approval is a vote until they are enough. The same decision
 * by the same viewer again is a success that changes nothing.
 * @throws NotFoundError, NotAwaitingApprovalError, AlreadyDecidedError, MayNotDecideError, HeadMovedError, NotAsShownError,
 * OutOfBoundsError
 */
export async function decideTask(
  store: Store,
  viewer: Viewer,
  id: number,
  action: DecisionAction,
  details: DecisionDetails = {},
): Promise<Task> {
  return decide(store, { ...details, id, action, by: viewer });
}

type Transaction = <T>(work: (tx: Queryable, engine?: Engine) => Promise<T>) => Promise<T>;

/** Decides a task, releases what waited for the decision, and tells of both. @throws what `decideTask` throws */
export async function decide(store: Store, wish: DecisionRequest): Promise<Task> {
  const { id, also } = wish;
  const transaction: Transaction = (await isInRun(store.db, id))
    ? (work) => inEngine(store, (engine) => work(engine.tx, engine))
    : (work) => store.db.transaction((tx) => work(tx));
  const outbox = await openOutbox(store);
  if (wish.madeAt !== undefined) await prepareToBringBack(store, id);
  // A refusal is on record as well, so it is thrown only after the transaction has committed.
  const { judged, changed } = await transaction(async (tx, engine) => {
    const found = await judgeInTime(tx, wish, store, outbox);
    const back = found.isLate && engine ? await bringBack(tx, id) : [];
    const released = found.ended && engine ? await afterTaskEnded(engine, id, found.ended.runId) : [];
    const after = [...back, ...released];
    if ('refusal' in found || !also)
      return { judged: found, changed: found.changed ? [id, ...after] : after };
    const task = await also(tx, found.task, found.ended === found.task);
    return { judged: { ...found, task }, changed: [id, ...after] };
  });
  await publish(store, changed);
  // A refused decision may have escalated what was overdue.
  if (outbox && changed.length === 0) store.work.wake(newDeliveries);
  if ('refusal' in judged) throw judged.refusal;
  return judged.task;
}

/** Says whether the engine runs a task, so that others wait for what is decided about it. */
async function isInRun({ prisma }: Store['db'], id: number): Promise<boolean> {
  const task = await prisma.task.findUnique({ where: { id }, select: { step: true } });
  return task != null && task.step !== null;
}

/** What a wish came to: the task, or why it was refused; and the task that has ended with it. */
type Judged = {
  changed: boolean;
  ended?: Task | undefined;
  /** Whether it was decided after its time, by what was done within it. */
  isLate?: boolean;
} & ({ task: Task } | { refusal: Error });

/** What decisions are judged by. */
type DecidingStore = Pick<Store, 'githubUsers' | 'admins' | 'pullReach' | 'groupsOf'>;

/** Judges a wish; what was done within the time of an approval and is heard after it as if it had been heard then. */
async function judgeInTime(
  tx: Queryable,
  wish: DecisionRequest,
  store: DecidingStore,
  outbox: Outbox | undefined,
): Promise<Judged> {
  const { id, action, approvalId, madeAt } = wish;
  const before = await lockTask(tx, id);
  const reopened =
    before && madeAt !== undefined && approvalId != null && action === 'approve'
      ? await reopenExpired(tx, before, approvalId, madeAt)
      : undefined;
  const judged = await judge(tx, wish, reopened?.task ?? before, { store, outbox, was: before });
  if (reopened === undefined) return judged;
  if (judged.ended !== undefined) return { ...judged, isLate: true };
  await reopened.expireAgain();
  return 'task' in judged ? { ...judged, task: reopened.before } : judged;
}

async function judge(
  tx: Queryable,
  asked: DecisionRequest,
  before: Task | undefined,
  { store, outbox, was }: { store: DecidingStore; outbox: Outbox | undefined; was: Task | undefined },
): Promise<Judged> {
  if (before && asked.given && !(await asked.given(tx))) return { task: before, changed: false };
  let approval = before && (await readOpenApproval(tx, asked.id));
  const directory = await readNamedPeople(tx, approval, asked.by, store);
  const setting: JudgeSetting = { ...store, directory };
  const { id, action } = asked;
  let by = recogniseIn(directory, asked.by, store.groupsOf);
  let wish = { ...asked, by };
  const record = (
    outcome: Parameters<typeof recordDecision>[1]['outcome'],
    after?: Task,
    refusal?: Error,
    actingFor?: string,
  ) =>
    recordDecision(tx, {
      taskId: id,
      task: before?.task,
      runId: before?.runId,
      approvalId: approval?.id,
      head: approval?.head,
      action,
      outcome,
      refusal: refusal?.message,
      note: wish.note,
      ...recordedBy(by),
      actingFor,
      via: wish.via ?? 'graphql',
      fromStatus: was?.status,
      toStatus: (after ?? was)?.status,
    });
  const refuse = async (refusal: Error, ended?: Task): Promise<Judged> => {
    await record('refused', ended, refusal);
    await wish.refused?.(tx, refusal);
    return { refusal, changed: ended !== undefined || wish.refused !== undefined, ended };
  };
  // Whoever asks for what is not there could fill the record with it.
  if (before === undefined) return { refusal: new NotFoundError('Task', id), changed: false };
  const [outside] = await findTasksOutside(tx, boundsFor(by, 'approve'), [id]);
  if (outside) return refuse(outside.refusal);
  const overdue = whatIsOver(approval, wish);
  const expired = overdue && (await endOverdue(tx, before, overdue, outbox));
  if (overdue && !expired) approval = await readOpenApproval(tx, id);
  const task = expired ?? before;
  by = await withStanding(tx, id, by, approval, setting);
  wish = { ...wish, by };
  if (!wish.isFact && (await isRepeated(tx, wish, task, approval))) {
    await record('repeated', task);
    // What the reason for it has changed is news all the same.
    return { task, changed: expired !== undefined || wish.given !== undefined, ended: expired };
  }
  const { status, approvalState } = decisionFacts[action];
  if (task.approvalState !== null && task.approvalState !== 'pending')
    return refuse(new AlreadyDecidedError(id, task.approvalState, task.approver), expired);
  if (!sourcesOf(status, action).includes(task.status))
    return refuse(new NotAwaitingApprovalError(id, task.status, action), expired);
  const { denied, actingFor, isVote } = verdictOf(approval, task, wish, setting);
  if (denied) return refuse(denied);
  if (isVote) {
    await record('voted', undefined, undefined, actingFor);
    return { task, changed: true };
  }
  const ended = await conclude(tx, wish, approval, { status, approvalState });
  await record('decided', ended, undefined, actingFor);
  return { task: ended, changed: true, ended };
}

/** Gives an approval whose time is over, unless what is heard was done before that. */
function whatIsOver(
  approval: OpenApproval | undefined,
  { madeAt }: DecisionRequest,
): OpenApproval | undefined {
  if (approval?.overdue !== true || approval.expiresAt === null) return undefined;
  const isWithin = madeAt !== undefined && Date.parse(madeAt) <= Date.parse(approval.expiresAt);
  return isWithin ? undefined : approval;
}
