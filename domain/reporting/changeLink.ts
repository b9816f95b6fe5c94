import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { notifyApproval, reporterGraceSeconds } from '../notifications/notifyApproval.ts';
import { notifyChange } from '../notifications/notifyChange.ts';
import type { Outbox } from '../notifications/outbox.ts';
import { type ApprovalFloor, onFloor } from '../plans/approvalFloor.ts';
import { followLink, openReported } from '../tasks/openApproval.ts';
import type { Task } from '../tasks/task.ts';
import { changeColumns } from './change.ts';
import type { ColumnChanges } from './frozen.ts';

/**
 * Changes a task in a transaction, and with it what somebody decides about: another link voids the votes so far as a new
 * commit does, which is told. That a task awaits approval is told after a time in which its reporter may tell of it itself.
 */
export async function changeAwaited(
  tx: Queryable,
  id: number,
  changes: ColumnChanges,
  { outbox, floor }: { outbox: Outbox | undefined; floor: ApprovalFloor | undefined },
): Promise<Task> {
  const before = await lockAwaited(tx, id);
  const { task } = await changeColumns(tx, id, changes, { mayVoid: true });
  if (task === undefined) throw new Error(`Task ${id} was not changed although it could be.`);
  if (task.status === 'awaiting_approval' && before === undefined)
    await openReported(tx, task, onFloor({}, floor?.(undefined)));
  if (before?.isReported && before.outputsUri !== task.outputsUri) await followLink(tx, task);
  const after = before && (await readAwaited(tx, id));
  const isVoid = before !== undefined && after !== undefined && !isSameThing(before, after);
  if (isVoid) await voidVotes(tx, id);
  if (outbox === undefined || task.status !== 'awaiting_approval') return task;
  const told = { taskId: id, afterSeconds: reporterGraceSeconds };
  if (before === undefined) await notifyApproval({ ...outbox, tx }, { ...told, reason: 'needed' });
  else if (isVoid) await notifyChange({ ...outbox, tx }, id);
  return task;
}

/** What is decided about: the link, and the pull request that it leads to. */
interface Awaited {
  outputsUri: string | null;
  pull: string | null;
  /** Whether its task is one of an outside reporter. */
  isReported: boolean;
}

const selectAwaited = `SELECT outputs_uri AS "outputsUri",
    lower(concat_ws('/', pull_host, pull_owner, pull_repo, pull_number)) AS pull, step IS NULL AS "isReported"
  FROM agents_tasks JOIN approvals ON task_id = agents_tasks.id AND ended_at IS NULL
  WHERE agents_tasks.id = $1 AND status = 'awaiting_approval'`;

async function lockAwaited(tx: Queryable, id: number): Promise<Awaited | undefined> {
  const [found] = await tx.query(lockAwaitedSql(id));
  return found;
}

async function readAwaited(tx: Queryable, id: number): Promise<Awaited | undefined> {
  const [found] = await tx.query(awaited(id));
  return found;
}

const awaitedRow = { outputsUri: col.text.orNull, pull: col.text.orNull, isReported: col.bool };

const awaited = statement({ name: 'awaited', text: selectAwaited, row: awaitedRow });

const lockAwaitedSql = statement({
  name: 'lock_awaited',
  text: `${selectAwaited} FOR UPDATE OF agents_tasks`,
  row: awaitedRow,
});

/** The same pull request written differently is the same thing. */
function isSameThing(before: Awaited, after: Awaited): boolean {
  return before.outputsUri === after.outputsUri || (before.pull !== '' && before.pull === after.pull);
}

async function voidVotes(tx: Queryable, id: number): Promise<void> {
  await tx.query(voidVotesSql(id));
}

const voidVotesSql = statement({
  name: 'void_votes',
  text: `UPDATE approvals SET stale_at = clock_timestamp(),
        votes_from = coalesce((SELECT max(id) FROM decisions WHERE approval_id = approvals.id), votes_from)
      WHERE task_id = $1 AND ended_at IS NULL`,
});
