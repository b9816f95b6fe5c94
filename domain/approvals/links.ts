import { createHash, randomBytes } from 'node:crypto';
import { formatTime } from '../../contract/input/time.ts';
import type { DecisionAction } from '../../contract/words/decisions.ts';

import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision } from '../audit/audit.ts';
import { ApprovalLinkError } from '../input/errors.ts';
import { mayDo, type Viewer } from '../input/viewer.ts';
import { asksForPeople } from '../plans/policy.ts';
import type { Store } from '../store.ts';
import { readDetails } from '../tasks/details.ts';
import { readTask } from '../tasks/read.ts';
import type { Task } from '../tasks/task.ts';
import type { Approval } from './approval.ts';
import { decide } from './decide.ts';
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
  text: `INSERT INTO approval_links (token_hash, approval_id, recipient)
      SELECT $1, id, $3 FROM approvals WHERE id = $2 AND ended_at IS NULL RETURNING 1`,
});

/** What a link leads to. Times are ISO 8601 strings in UTC. */
export interface ApprovalLink {
  taskId: number;
  approvalId: number;
  recipient: string;
  usedAt: string | null;
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
  text: `SELECT task_id AS "taskId", approval_id AS "approvalId", recipient, used_at AS "usedAt",
        used_at IS NULL AND ended_at IS NULL AND coalesce(expires_at > clock_timestamp(), true) AS "isOpen"
      FROM approval_links JOIN approvals ON approvals.id = approval_id WHERE token_hash = $1`,
  row: {
    taskId: col.int,
    approvalId: col.int,
    recipient: col.text,
    usedAt: col.time.orNull,
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
function recipientOf(recipient: string): Pick<Viewer, 'id' | 'kind'> {
  return { id: recipient, kind: recipient.includes('@') ? 'person' : 'channel' };
}

/** A wish to decide that came by a link. */
export interface LinkWish {
  token: string;
  action: 'approve' | 'reject';
  note?: string | null | undefined;
  /** The head commit that the page showed, if it knew one. */
  seenHead: string | null;
  /** The link that the page showed, empty for none. */
  seenLink: string;
  address?: string | undefined;
  /** Who calls, if that is known; decides where the link alone is not enough, else its recipient does. */
  viewer?: Viewer | undefined;
}

/**
 * Decides as a link's recipient, and uses the link up with the same transaction. A link that was used, or was made for
 * an earlier wait of the task, decides nothing, which is on record as well.
 * @throws ApprovalLinkError, and what `decide` throws
 */
export async function decideByLink(store: Store, wish: LinkWish): Promise<Task> {
  const { token, action, note, seenHead, seenLink, address } = wish;
  const link = await readLink(store, token);
  if (link === undefined) throw new ApprovalLinkError('This link does not exist.');
  const { taskId, approvalId, task, recipient, approval } = link;
  const by = whoDecides(link, wish.viewer) ?? {
    ...recipientOf(recipient),
    groups: store.groupsOf?.(recipient) ?? [],
    address,
  };
  const refuse = async (refusal: ApprovalLinkError): Promise<never> => {
    await recordDecision(store.db, {
      taskId,
      task: task.task,
      runId: task.runId,
      approvalId,
      action,
      outcome: 'refused',
      refusal: refusal.message,
      via: 'link',
      note,
      viewer: by.id,
      viewerKind: by.kind,
      address: by.address,
      head: approval.pullRequest?.headSha,
      fromStatus: task.status,
      toStatus: task.status,
    });
    throw refusal;
  };
  if (link.needsViewer !== null && !(wish.viewer && mayDo(wish.viewer, 'approve')))
    return refuse(new ApprovalLinkError(whyNotEnough(link, wish.viewer)));
  if (link.usedAt !== null) return refuse(new ApprovalLinkError('This link has already been used.'));
  if (link.isOpen && seenHead === null && approval.pullRequest?.headSha != null)
    return refuse(
      new ApprovalLinkError('The commit became known after you opened the page. Review it again.'),
    );
  try {
    return await decide(store, {
      id: taskId,
      approvalId: link.isOpen ? approvalId : undefined,
      action,
      note,
      by,
      via: 'link',
      expectedHeadSha: seenHead ?? '',
      expectedOutputsUri: seenLink,
      async also(tx) {
        const used = await tx.query(useLink(hashOf(token), taskId));
        if (used.length === 0)
          throw new ApprovalLinkError('This link has already been used, or the task has a new approval.');
        return readTask(tx, taskId);
      },
    });
  } catch (error) {
    if (error instanceof ApprovalLinkError) return refuse(error);
    throw error;
  }
}

const useLink = statement({
  name: 'use_link',
  text: `UPDATE approval_links SET used_at = clock_timestamp() WHERE token_hash = $1 AND used_at IS NULL
            AND approval_id = (SELECT max(id) FROM approvals WHERE task_id = $2) RETURNING 1`,
});

/** Says what a link needs beside itself: what was wrong with what came, else a person or a key. */
function whyNotEnough(link: ApprovalLink, viewer: Viewer | undefined): string {
  const { refusal } = viewer ?? {};
  if (refusal !== undefined && refusal.kind !== 'noKey') return refusal.message;
  return link.needsPerson
    ? askForPerson(link)
    : 'The link alone is not enough: a key with the approve scope is needed too.';
}

/** Tells the person who opens a link that only people who sign in can decide, and who they are. */
export function askForPerson({ approval: { policy, escalatedAt } }: Pick<ApprovalLink, 'approval'>): string {
  const named = [...policy.approvers, ...(escalatedAt === null ? [] : policy.escalateTo)];
  const who = policy.approvers.length === 0 ? 'a person' : `one of ${named.join(', ')}`;
  return `Sign in through your proxy; this needs ${who}.`;
}

/**
 * Who calls decides where the link alone is not enough. A key that several hold names nobody, so where the policy asks for
 * people it only adds to what the link of a person says.
 */
function whoDecides(
  { needsViewer, approval, recipient }: ApprovalLink,
  viewer: Viewer | undefined,
): Viewer | undefined {
  if (needsViewer === null || viewer === undefined || viewer.kind === 'anonymous') return undefined;
  const isOfPerson = recipientOf(recipient).kind === 'person';
  return viewer.kind !== 'person' && isOfPerson && asksForPeople(approval.policy) ? undefined : viewer;
}

async function readDecision({ prisma }: Store['db'], approvalId: number): Promise<LinkDecision | null> {
  const decision = await prisma.decision.findFirst({
    where: { approvalId, outcome: 'decided', action: { not: 'escalate' } },
    orderBy: { id: 'desc' },
    select: { action: true, viewer: true, decidedAt: true, note: true },
  });
  if (decision === null) return null;
  const action = decision.action as LinkDecision['action'];
  return { ...decision, action, decidedAt: formatTime(decision.decidedAt) };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
