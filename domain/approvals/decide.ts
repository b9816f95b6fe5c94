import type { Queryable } from '../../prisma/database/database.ts';
import { bringBack, prepareToBringBack } from '../engine/bringBack.ts';
import type { Engine } from '../engine/engine.ts';
import { inEngine, publish } from '../engine/inEngine.ts';
import { afterTaskEnded } from '../engine/release.ts';
import { AlreadyDecidedError, NotAwaitingApprovalError, NotFoundError } from '../errors.ts';
import { deliveryScope } from '../notify/channel.ts';
import { type Outbox, openOutbox } from '../notify/outbox.ts';
import type { Store } from '../store.ts';
import { maxInteger } from '../tasks/input.ts';
import { decisions, sourcesOf } from '../tasks/status.ts';
import { selectTask, type Task } from '../tasks/task.ts';
import { type Decider, identityKey, isSame, type Viewer } from '../viewer.ts';
import type { DecisionAction } from '../vocabulary.ts';
import { type OpenApproval, readOpenApproval } from './approval.ts';
import { type DecisionVia, recordDecision, votedBefore } from './audit.ts';
import { endOverdue } from './expire.ts';
import { lockRunOf, lockTask } from './lockTask.ts';
import { type JudgeSetting, refusalByAdmins, refusalOf } from './mayDecide.ts';
import { reopenExpired } from './reopenExpired.ts';
import type { Shown } from './shown.ts';

/** What is known of a wish to decide beside its task and action: what was shown, and the note. */
export interface DecisionDetails extends Shown {
  note?: string | null | undefined;
  /** @default 'graphql' */
  via?: DecisionVia;
}

/**
 * Approves, rejects or cancels a task, once: the one way for GraphQL, REST and CLI. Each call leaves a row, whether it
 * was allowed or refused. Where several must approve, an approval is a vote until they are enough. The same decision
 * by the same viewer again is a success that changes nothing.
 * @throws NotFoundError, NotAwaitingApprovalError, AlreadyDecidedError, MayNotDecideError, HeadMovedError, NotAsShownError
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

/** A wish to decide. */
interface Wish extends DecisionDetails {
  id: number;
  action: DecisionAction;
  by: Decider;
  /** Who is recorded as the approver, where the caller answers for the name; the policy judges the viewer all the same. @default the viewer */
  approver?: string | undefined;
  /** Whether it is a fact already, which no policy can refuse: the pull request was merged or closed. Who may decide at all is asked all the same. */
  isFact?: boolean;
  /** When it was done elsewhere: within the time of an approval it counts, though that time is over when it is heard. */
  madeAt?: string | undefined;
  /** Looks, once the task's row is locked, whether the reason for it still holds; without it nothing is decided, and nothing recorded. */
  given?: (tx: Queryable) => Promise<boolean>;
  /** What a refusal changes beside the record, in the same transaction. */
  refused?: (tx: Queryable, refusal: Error) => Promise<void>;
  /** What else changes with it, in the same transaction; gives the task as it is then. `isNew` says that it ended just now. */
  also?: (tx: Queryable, task: Task, isNew: boolean) => Promise<Task>;
}

type Transaction = <T>(work: (tx: Queryable, engine?: Engine) => Promise<T>) => Promise<T>;

/** Decides a task, releases what waited for the decision, and tells of both. @throws what `decideTask` throws */
export async function decide(store: Store, wish: Wish): Promise<Task> {
  const { id, also } = wish;
  const transaction: Transaction = (await isInRun(store.db, id))
    ? (work) => inEngine(store, work)
    : (work) => store.db.transaction((tx) => work(tx));
  const outbox = await openOutbox(store);
  if (wish.madeAt !== undefined) await prepareToBringBack(store, id);
  // A refusal is on record as well, so it is thrown only after the transaction has committed.
  const { judged, changed } = await transaction(async (tx, engine) => {
    await lockRunOf(tx, id);
    const found = await judgeInTime(tx, wish, store, outbox);
    const back = found.isLate && engine ? await bringBack(tx, id) : [];
    const released = found.ended && engine ? await afterTaskEnded(tx, engine, id, found.ended.runId) : [];
    const after = [...back, ...released];
    if ('refusal' in found || !also)
      return { judged: found, changed: found.changed ? [id, ...after] : after };
    const task = await also(tx, found.task, found.ended === found.task);
    return { judged: { ...found, task }, changed: [id, ...after] };
  });
  await publish(store, changed);
  // A refused decision may have escalated what was overdue.
  if (outbox && changed.length === 0) store.work.wake([deliveryScope]);
  if ('refusal' in judged) throw judged.refusal;
  return judged.task;
}

/** Says whether the engine runs a task, so that others wait for what is decided about it. */
async function isInRun(db: Queryable, id: number): Promise<boolean> {
  const rows = await db.query({
    name: 'is_in_run',
    text: 'SELECT 1 FROM agents_tasks WHERE id = $1 AND step IS NOT NULL',
    values: [id],
  });
  return rows.length > 0;
}

/** What a wish came to: the task, or why it was refused; and the task that has ended with it. */
type Judged = {
  changed: boolean;
  ended?: Task | undefined;
  /** Whether it was decided after its time, by what was done within it. */
  isLate?: boolean;
} & ({ task: Task } | { refusal: Error });

/** Judges a wish; what was done within the time of an approval and is heard after it as if it had been heard then. */
async function judgeInTime(
  tx: Queryable,
  wish: Wish,
  setting: JudgeSetting,
  outbox: Outbox | undefined,
): Promise<Judged> {
  const { id, action, approvalId, madeAt } = wish;
  const before = await lockTask(tx, id);
  const reopened =
    before && madeAt !== undefined && approvalId != null && action === 'approve'
      ? await reopenExpired(tx, before, approvalId, madeAt)
      : undefined;
  const judged = await judge(tx, wish, reopened?.task ?? before, { setting, outbox, was: before });
  if (reopened === undefined) return judged;
  if (judged.ended !== undefined) return { ...judged, isLate: true };
  await reopened.expireAgain();
  return 'task' in judged ? { ...judged, task: reopened.before } : judged;
}

async function judge(
  tx: Queryable,
  wish: Wish,
  before: Task | undefined,
  { setting, outbox, was }: { setting: JudgeSetting; outbox: Outbox | undefined; was: Task | undefined },
): Promise<Judged> {
  const { id, action, by } = wish;
  if (before && wish.given && !(await wish.given(tx))) return { task: before, changed: false };
  let approval = before && (await readOpenApproval(tx, id));
  const record = (outcome: Parameters<typeof recordDecision>[1]['outcome'], after?: Task, refusal?: Error) =>
    recordDecision(tx, {
      ...{
        taskId: id,
        task: before?.task,
        runId: before?.runId,
        approvalId: approval?.id,
        head: approval?.head,
      },
      ...{ action, outcome, refusal: refusal?.message, note: wish.note },
      ...{ viewer: by.id, viewerKind: by.kind, via: wish.via ?? 'graphql', address: by.address },
      ...{ fromStatus: was?.status, toStatus: (after ?? was)?.status },
    });
  const refuse = async (refusal: Error, ended?: Task): Promise<Judged> => {
    await record('refused', ended, refusal);
    await wish.refused?.(tx, refusal);
    return { refusal, changed: ended !== undefined || wish.refused !== undefined, ended };
  };
  // Whoever asks for what is not there could fill the record with it.
  if (before === undefined) return { refusal: new NotFoundError('Task', id), changed: false };
  const overdue = whatIsOver(approval, wish);
  const expired = overdue && (await endOverdue(tx, before, overdue, outbox));
  if (overdue && !expired) approval = await readOpenApproval(tx, id);
  const task = expired ?? before;
  if (!wish.isFact && (await isRepeated(tx, wish, task, approval))) {
    await record('repeated', task);
    // What the reason for it has changed is news all the same.
    return { task, changed: expired !== undefined || wish.given !== undefined, ended: expired };
  }
  const { status, approvalState } = decisions[action];
  if (task.approvalState !== null && task.approvalState !== 'pending')
    return refuse(new AlreadyDecidedError(id, task.approvalState, task.approver), expired);
  if (!sourcesOf(status, action).includes(task.status))
    return refuse(new NotAwaitingApprovalError(id, task.status, action), expired);
  const denied =
    approval && (wish.isFact ? refusalByAdmins(wish, setting) : refusalOf(approval, task, wish, setting));
  if (denied) return refuse(denied);
  if (action === 'approve' && approval && !wish.isFact && !isEnough(approval, by.id)) {
    await record('voted');
    return { task, changed: true };
  }
  const ended = await conclude(tx, wish, approval, { status, approvalState });
  await record('decided', ended);
  return { task: ended, changed: true, ended };
}

/** Gives an approval whose time is over, unless what is heard was done before that. */
function whatIsOver(approval: OpenApproval | undefined, { madeAt }: Wish): OpenApproval | undefined {
  if (approval?.overdue !== true || approval.expiresAt === null) return undefined;
  const isWithin = madeAt !== undefined && Date.parse(madeAt) <= Date.parse(approval.expiresAt);
  return isWithin ? undefined : approval;
}

/**
 * Whether a wish repeats the approval of a task's gate: it names that one, or names none while the task awaits nothing.
 * The task's own fields say nothing of a gate any more.
 */
async function repeatsGate(
  tx: Queryable,
  { id, action, by, approvalId }: Wish,
  open: OpenApproval | undefined,
): Promise<boolean> {
  if (action !== 'approve' || (approvalId == null ? open !== undefined : approvalId === open?.id))
    return false;
  const votes = await tx.query({
    name: 'gate_approved_before',
    text: `SELECT 1 FROM decisions WHERE approval_id = (
        SELECT max(id) FROM approvals WHERE task_id = $1 AND kind = 'gate' AND state = 'approved' AND id = coalesce($2::int, id))
      AND lower(viewer) = lower($3) AND action = 'approve' AND outcome IN ('voted', 'decided') LIMIT 1`,
    values: [id, approvalId ?? null, by.id],
  });
  return votes.length > 0;
}

/** Carries out what was decided: the task ends, or runs once its gate was approved. */
function conclude(
  tx: Queryable,
  wish: Wish,
  approval: OpenApproval | undefined,
  decision: (typeof decisions)[DecisionAction],
): Promise<Task> {
  const passes = approval?.kind === 'gate' && wish.action === 'approve';
  return passes ? passGate(tx, wish.id) : endTask(tx, wish, decision);
}

/** Lets a task run whose gate was approved; whoever did so stands in the record and on the approval. */
async function passGate(tx: Queryable, id: number): Promise<Task> {
  const [passed] = await tx.query<Task>({
    name: 'pass_gate',
    text: `UPDATE agents_tasks SET status = 'queued', gate = 'approved', reason = NULL, approval_state = NULL, approver = NULL, approval_note = NULL
      WHERE id = $1 AND status = 'awaiting_approval' AND gate = 'open' RETURNING ${selectTask}`,
    values: [id],
  });
  if (passed) return passed;
  throw new Error(`Task ${id} moved while its row was locked.`);
}

async function isRepeated(
  tx: Queryable,
  wish: Wish,
  task: Task,
  approval: OpenApproval | undefined,
): Promise<boolean> {
  const { action, by, approver = by.id } = wish;
  if (await repeatsGate(tx, wish, approval)) return true;
  if (action === 'approve' && task.approvalState === 'pending')
    return approval?.voters.some((voter) => isSame(voter, by.id)) ?? false;
  if (task.approvalState !== decisions[action].approvalState) return false;
  const isSameApprover = task.approver !== null && isSame(task.approver, approver);
  return isSameApprover || (action === 'approve' && (await votedBefore(tx, task.id, by.id)));
}

/** Says whether the vote of a viewer is the last that an approval wants. */
export function isEnough({ voters, policy }: OpenApproval, voter: string): boolean {
  return new Set([...voters, voter].map(identityKey)).size >= policy.required;
}

async function endTask(
  tx: Queryable,
  { id, action, by, note, approver = by.id }: Wish,
  { status, approvalState }: (typeof decisions)[DecisionAction],
): Promise<Task> {
  const [decided] = await tx.query<Task>({
    name: 'decide_task',
    text: `UPDATE agents_tasks SET status = $2, approval_state = $3, approver = $4,
        approval_note = coalesce($5, approval_note), reason = coalesce($7, reason), finished_at = coalesce(finished_at, now()),
        duration_ms = coalesce(duration_ms, least(greatest(
          coalesce(extract(epoch FROM coalesce(finished_at, now()) - started_at) * 1000, 0), 0), ${maxInteger})::int)
      WHERE id = $1 AND status = ANY($6) RETURNING ${selectTask}`,
    values: [
      id,
      status,
      approvalState,
      approver,
      note,
      sourcesOf(status, action),
      reasonOf(action, approver, note),
    ],
  });
  if (decided) return decided;
  throw new Error(`Task ${id} moved while its row was locked.`);
}

/** Why a task ended that was decided against. */
function reasonOf(action: DecisionAction, approver: string, note: string | null | undefined): string | null {
  if (action === 'approve') return null;
  return `${action === 'reject' ? 'rejected' : 'cancelled'} by ${approver}${note ? `: ${note}` : ''}`;
}
