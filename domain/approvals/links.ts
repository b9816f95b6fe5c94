import { createHash, randomBytes } from 'node:crypto';
import type { DecisionAction, DecisionVia } from '../../contract/words/decisions.ts';

import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Viewer } from '../input/viewer.ts';
import { asksForPeople } from '../plans/policy.ts';
import type { Store } from '../store.ts';
import { readDetails } from '../tasks/details.ts';
import { readTask } from '../tasks/read.ts';
import type { Task } from '../tasks/task.ts';
import type { Approval } from './approval.ts';
import { findApproval } from './read.ts';

/**
 * Makes a link's token, by which one recipient may decide once about an approval; nothing when that has ended. Only
 * the token's hash is kept, so whoever reads the database cannot decide with it.
 */
export async function createLink(
  db: Queryable,
  approvalId: number,
  recipient: string,
): Promise<string | undefined> {
  const token = randomBytes(32).toString('base64url');
  const made = await db.query(mintLinkSql(hashOf(token), approvalId, recipient));
  return made.length > 0 ? token : undefined;
}

const mintLinkSql = statement({
  name: 'mint_link',
  text: `INSERT INTO approval_links (token_hash, approval_id, recipient, head)
      SELECT $1, id, $3, pull_head FROM approvals WHERE id = $2 AND ended_at IS NULL RETURNING 1`,
});

/** What a link leads to. Times are ISO 8601 strings in UTC. */
export interface ApprovalLink {
  taskId: number;
  approvalId: number;
  recipient: string;
  usedAt: string | null;
  /** The head commit of the pull request when the link was made, if it was known. */
  sentHead: string | null;
  /** Whether it can be decided by it still. */
  isOpen: boolean;
  /** Why the link alone is not enough to decide, or null when it is. */
  needsViewer: 'risk' | 'channel' | null;
  /** Whether only a person who is signed in can decide by it: the policy asks for people, and neither the link nor a key names one. */
  needsPerson: boolean;
  task: Task;
  /** Why the task ended as it did, if that is known. */
  reason: string | null;
  /** What the person who decides should know. */
  remarks: string[];
  /** The wait that it was made for; the task may wait anew by now, for which it does not count. */
  approval: Approval;
  /** What ended the wait, once something did. */
  decision: LinkDecision | null;
}

/** A decision as the page of a link tells it. */
export interface LinkDecision {
  action: DecisionAction | 'expire';
  viewer: string;
  /** The person for whom a delegate decided. */
  actingFor: string | null;
  via: DecisionVia;
  /** The head commit of the pull request then. */
  head: string | null;
  decidedAt: string;
  note: string | null;
}

/** Reads what a token leads to, without a trace; nothing when there is no such link. */
export async function readLink(
  { db, admins = [] }: Pick<Store, 'db' | 'admins'>,
  token: string,
): Promise<ApprovalLink | undefined> {
  const [link] = await db.query(readLinkSql(hashOf(token)));
  if (link === undefined) return undefined;
  const [task, [details], approval, decision] = await Promise.all([
    readTask(db, link.taskId),
    readDetails(db, [link.taskId], ['reason', 'remarks']),
    findApproval(db, link.approvalId),
    readDecision(db, link.approvalId),
  ]);
  if (!approval) throw new Error(`The approval ${link.approvalId} of a link no longer exists.`);
  const needsViewer = whyNotAlone(approval, link.recipient, admins);
  const isOfPerson = recipientOf(link.recipient).kind === 'person';
  const needsPerson = needsViewer !== null && asksForPeople(approval.policy) && !isOfPerson;
  const remarks = [...(details?.remarks ?? []), ...(approval.remark === null ? [] : [approval.remark])];
  return {
    ...link,
    needsViewer,
    needsPerson,
    task,
    approval,
    decision,
    reason: details?.reason ?? null,
    remarks,
  };
}

const readLinkSql = statement({
  name: 'read_link',
  text: `SELECT task_id AS "taskId", approval_id AS "approvalId", recipient, used_at AS "usedAt", head AS "sentHead",
        used_at IS NULL AND ended_at IS NULL AND coalesce(expires_at > clock_timestamp(), true) AS "isOpen"
      FROM approval_links JOIN approvals ON approvals.id = approval_id WHERE token_hash = $1`,
  row: {
    taskId: col.int,
    approvalId: col.int,
    recipient: col.text,
    usedAt: col.time.orNull,
    sentHead: col.text.orNull,
    isOpen: col.bool,
  },
});

/** A link for a channel, which many read, does not say who decides; where people are asked for, by the policy or by a list of those who decide, that must be known. */
function whyNotAlone(
  { policy }: Approval,
  recipient: string,
  admins: readonly string[],
): ApprovalLink['needsViewer'] {
  if (policy.risk === 'high') return 'risk';
  if (recipientOf(recipient).kind === 'person') return null;
  return asksForPeople(policy) || admins.length > 0 ? 'channel' : null;
}

/** Who decides by a link alone: the person it was sent to, or anyone who reads the channel. */
export function recipientOf(recipient: string): Pick<Viewer, 'id' | 'kind' | 'proof'> {
  return { id: recipient, kind: recipient.includes('@') ? 'person' : 'channel', proof: 'link' };
}

async function readDecision(db: Queryable, approvalId: number): Promise<LinkDecision | null> {
  const [decision] = await db.query(decisionOfApproval(approvalId));
  return decision ?? null;
}

const decisionOfApproval = statement({
  name: 'decision_of_approval',
  text: `SELECT action, CASE WHEN viewer_kind = 'person' THEN viewer_name(viewer) ELSE viewer END AS viewer,
        viewer_name(acting_for) AS "actingFor", via, head, decided_at AS "decidedAt", note FROM decisions
      WHERE approval_id = $1 AND outcome = 'decided' AND action <> 'escalate' ORDER BY id DESC LIMIT 1`,
  row: {
    action: col.word<LinkDecision['action']>(),
    viewer: col.text,
    actingFor: col.text.orNull,
    via: col.word<DecisionVia>(),
    head: col.text.orNull,
    decidedAt: col.time,
    note: col.text.orNull,
  },
});

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
