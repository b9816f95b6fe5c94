import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '../../prisma/database/database.ts';
import { ApprovalLinkError } from '../errors.ts';
import type { Store } from '../store.ts';
import { readDetails } from '../tasks/details.ts';
import { readTask } from '../tasks/read.ts';
import type { Task } from '../tasks/task.ts';
import type { Viewer } from '../viewer.ts';
import type { DecisionAction } from '../vocabulary.ts';
import { recordDecision } from './audit.ts';
import { decide } from './decide.ts';
import { type Approval, findApproval } from './read.ts';

/**
 * Makes a link's token, by which one recipient may decide once about an approval; nothing when that has ended. Only
 * the token's hash is kept, so whoever reads the database cannot decide with it.
 */
export async function mintLink(
  db: Queryable,
  approvalId: number,
  recipient: string,
): Promise<string | undefined> {
  const token = randomBytes(32).toString('base64url');
  const made = await db.query({
    name: 'mint_link',
    text: `INSERT INTO approval_links (token_hash, approval_id, recipient)
      SELECT $1, id, $3 FROM approvals WHERE id = $2 AND ended_at IS NULL RETURNING 1`,
    values: [hashOf(token), approvalId, recipient],
  });
  return made.length > 0 ? token : undefined;
}

/** What a link leads to. Times are ISO 8601 strings in UTC. */
export interface ApprovalLink {
  taskId: number;
  approvalId: number;
  recipient: string;
  usedAt: string | null;
  /** Whether it can be decided by it still. */
  isOpen: boolean;
  task: Task;
  /** Why the task ended as it did, if that is known. */
  reason: string | null;
  /** The wait that it was made for; the task may wait anew by now, for which it does not count. */
  approval: Approval;
  /** What ended the wait, once something did. */
  decision: LinkDecision | null;
}

/** A decision as the page of a link tells it. */
export interface LinkDecision {
  action: DecisionAction | 'expire';
  viewer: string;
  decidedAt: string;
  note: string | null;
}

/** Reads what a token leads to, without a trace; nothing when there is no such link. */
export async function readLink(db: Queryable, token: string): Promise<ApprovalLink | undefined> {
  const [link] = await db.query<Omit<ApprovalLink, 'task' | 'approval' | 'decision' | 'reason'>>({
    name: 'read_link',
    text: `SELECT task_id AS "taskId", approval_id AS "approvalId", recipient, used_at AS "usedAt",
        used_at IS NULL AND ended_at IS NULL AND coalesce(expires_at > clock_timestamp(), true) AS "isOpen"
      FROM approval_links JOIN approvals ON approvals.id = approval_id WHERE token_hash = $1`,
    values: [hashOf(token)],
  });
  if (link === undefined) return undefined;
  const [task, [details], approval, decision] = await Promise.all([
    readTask(db, link.taskId),
    readDetails(db, [link.taskId]),
    findApproval(db, link.approvalId),
    readDecision(db, link.approvalId),
  ]);
  if (!approval) throw new Error(`Approval ${link.approvalId} of a link is gone.`);
  return { ...link, task, approval, decision, reason: details?.reason ?? null };
}

/**
 * Says whether a link alone decides nothing: the risk is high, or several people must approve and it was made for a
 * channel, where nobody knows whether who opens it has approved already.
 */
export function needsViewer({ approval: { policy }, recipient }: ApprovalLink): boolean {
  return policy.risk === 'high' || (policy.required > 1 && !recipient.includes('@'));
}

/** A wish to decide that came by a link. */
export interface LinkWish {
  token: string;
  action: 'approve' | 'reject';
  note?: string | null | undefined;
  /** The head commit that the page showed. */
  expectedHeadSha?: string | null | undefined;
  address?: string | undefined;
  /** Who may approve, where the policy wants more than the link; decides if it is somebody, else the recipient does. */
  viewer?: Viewer | undefined;
}

/**
 * Decides as a link's recipient, and uses the link up with the same transaction. A link that was used, or was made for
 * an earlier wait of the task, decides nothing, which is on record as well.
 * @throws ApprovalLinkError, and what `decide` throws
 */
export async function decideByLink(store: Store, wish: LinkWish): Promise<Task> {
  const { token, action, note, expectedHeadSha, address } = wish;
  const link = await readLink(store.db, token);
  if (link === undefined) throw new ApprovalLinkError('There is no such link.');
  const { taskId, approvalId, task, recipient, approval } = link;
  const by = { ...(wish.viewer?.identified ? wish.viewer : { id: recipient }), address };
  const refuse = async (refusal: ApprovalLinkError): Promise<never> => {
    await recordDecision(store.db, {
      ...{ taskId, task: task.task, runId: task.runId, approvalId, action, outcome: 'refused' },
      ...{ refusal: refusal.message, viewer: by.id, via: 'link', address, note },
      ...{ head: approval.pullRequest?.headSha, fromStatus: task.status, toStatus: task.status },
    });
    throw refusal;
  };
  if (needsViewer(link) && wish.viewer === undefined)
    return refuse(new ApprovalLinkError('It needs a key with the approve scope besides the link.'));
  if (link.usedAt !== null) return refuse(new ApprovalLinkError('This link was used already.'));
  try {
    return await decide(store, {
      ...{ id: taskId, action, note, expectedHeadSha, by, via: 'link' },
      async also(tx) {
        const used = await tx.query({
          name: 'use_link',
          text: `UPDATE approval_links SET used_at = clock_timestamp() WHERE token_hash = $1 AND used_at IS NULL
            AND approval_id = (SELECT max(id) FROM approvals WHERE task_id = $2) RETURNING 1`,
          values: [hashOf(token), taskId],
        });
        if (used.length === 0)
          throw new ApprovalLinkError('This link was used already, or the task waits anew.');
        return readTask(tx, taskId);
      },
    });
  } catch (error) {
    if (error instanceof ApprovalLinkError) return refuse(error);
    throw error;
  }
}

async function readDecision(db: Queryable, approvalId: number): Promise<LinkDecision | null> {
  const [decision] = await db.query<LinkDecision>({
    name: 'decision_of_approval',
    text: `SELECT action, viewer, decided_at AS "decidedAt", note FROM decisions
      WHERE approval_id = $1 AND outcome = 'decided' ORDER BY id DESC LIMIT 1`,
    values: [approvalId],
  });
  return decision ?? null;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
