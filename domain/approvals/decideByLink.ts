import { statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { readDirectory, recogniseIn } from '../audit/directory.ts';
import { ApprovalLinkError } from '../input/errors.ts';
import { type Decider, mayDo, type Viewer } from '../input/viewer.ts';
import { asksForPeople } from '../plans/policy.ts';
import type { Store } from '../store.ts';
import { readTask } from '../tasks/read.ts';
import type { Task } from '../tasks/task.ts';
import { decide } from './decide.ts';
import { type ApprovalLink, hashOf, readLink, recipientOf } from './links.ts';
import { type DecisionRights, readRights } from './rights.ts';

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
  const by: Decider =
    whoDecides(link, wish.viewer) ??
    recogniseIn(
      await readDirectory(store.db, [recipient]),
      { ...recipientIn(store, recipient), address },
      store.groupsOf,
    );
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
      ...recordedBy(by),
      head: approval.pullRequest?.headSha,
      fromStatus: task.status,
      toStatus: task.status,
    });
    throw refusal;
  };
  if (link.needsViewer !== null && !addsToLink(wish.viewer))
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

/** Says whether who calls adds to a link that is not enough alone; a program adds nothing to what its holder has proved. */
function addsToLink(viewer: Viewer | undefined): viewer is Viewer {
  return viewer !== undefined && viewer.kind !== 'service' && mayDo(viewer, 'approve');
}

/**
 * Says what could be decided by a link now, by the rules that decide: as its recipient, or as who calls where the link alone
 * is not enough. Undefined where it is not known yet who would decide.
 */
export async function readRightsByLink(
  store: Store,
  link: ApprovalLink,
  viewer: Viewer | undefined,
): Promise<DecisionRights | undefined> {
  if (link.needsViewer !== null && !addsToLink(viewer)) return undefined;
  const by = whoDecides(link, viewer) ?? recipientIn(store, link.recipient);
  const [rights] = await readRights(store, by, [link.approval]);
  return rights;
}

/** The recipient of a link with the groups that the server knows. */
function recipientIn({ groupsOf }: Pick<Store, 'groupsOf'>, recipient: string): Decider {
  return { ...recipientOf(recipient), groups: groupsOf?.(recipient) ?? [] };
}

const useLink = statement({
  name: 'use_link',
  text: `UPDATE approval_links SET used_at = clock_timestamp() WHERE token_hash = $1 AND used_at IS NULL
            AND approval_id = (SELECT max(id) FROM approvals WHERE task_id = $2) RETURNING 1`,
});

/** Says what a link needs beside itself: what was wrong with what came, else a person or a key. */
function whyNotEnough(link: ApprovalLink, viewer: Viewer | undefined): string {
  if (viewer?.kind === 'service')
    return `The key of a service does not count at a link, and this is that of ${viewer.id}. Sign in, or use a key of your own.`;
  const { refusal } = viewer ?? {};
  if (refusal !== undefined && refusal.kind !== 'noKey') return refusal.message;
  if (link.needsPerson) return askForPerson(link);
  return link.needsViewer === 'risk'
    ? 'The risk is high, so the link alone is not enough. Sign in through your proxy and open it again, or give a key of your own.'
    : 'The link alone is not enough: a key with the approve scope is needed too.';
}

/** Tells whoever opens a link that only people can decide who prove who they are, and who they are. */
export function askForPerson({ approval: { policy, escalatedAt } }: Pick<ApprovalLink, 'approval'>): string {
  const named = [...policy.approvers, ...(escalatedAt === null ? [] : policy.escalateTo)];
  const who = policy.approvers.length === 0 ? 'a person' : `one of ${named.join(', ')}`;
  return `Sign in through your proxy, or give a key of your own; this needs ${who}.`;
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
