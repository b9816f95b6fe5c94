import type { Queryable } from '../../database/database.ts';
import { readOpenApproval } from '../approvals/approval.ts';
import { decide } from '../approvals/decide.ts';
import { actingForOf, refusalOfDecider } from '../approvals/mayDecide.ts';
import { readNamedPeople } from '../approvals/namedPeople.ts';
import { withStanding } from '../approvals/standing.ts';
import { isEnough } from '../approvals/votes.ts';
import { recogniseIn } from '../audit/directory.ts';
import { publish } from '../engine/inEngine.ts';
import { DomainError, MayNotDecideError } from '../input/errors.ts';
import { type GithubUsers, viewerOf } from '../input/people.ts';
import type { Decider } from '../input/viewer.ts';
import { notifyChange } from '../notifications/notifyChange.ts';
import { openOutbox } from '../notifications/outbox.ts';
import { lockTaskAlone } from '../runs/lock.ts';
import type { Store } from '../store.ts';
import { notePull } from './notePull.ts';
import {
  type BoundApproval,
  findBound,
  findMergedInTime,
  type HowHeard,
  type KnownState,
  type PullFacts,
  readKnown,
} from './pull.ts';
import { whyNotDecided, whyNotOfAuthor } from './whyNotDecided.ts';
import { writeFacts, writeRemark } from './writeFacts.ts';

/**
 * Does with what was heard of a pull request what it means for the approvals that wait for it: a new head voids their
 * votes, which is told; a merge or a close by a person decides, or is a vote where the policy is about people. What is
 * older than what is known, or known already, changes nothing. A merge counts when it was made in the time of an approval,
 * also after that is over. Says how many approvals it is about.
 */
export async function applyPull(
  store: Store,
  users: GithubUsers,
  facts: PullFacts,
  how: HowHeard = 'told',
): Promise<number> {
  await notePull(store.db, facts, how);
  const waiting = await findBound(store.db, facts);
  const late = facts.state === 'merged' ? await findMergedInTime(store.db, facts) : [];
  const bound = [...waiting, ...late];
  for (const approval of bound) {
    if (facts.state === 'open') await noteOpen(store, approval, facts, how);
    else await end(store, users, approval, { facts, how });
  }
  return bound.length;
}

async function noteOpen(
  store: Store,
  { id, taskId }: BoundApproval,
  facts: PullFacts,
  how: HowHeard,
): Promise<void> {
  const outbox = await openOutbox(store);
  const changed = await store.db.transaction(async (tx) => {
    await lockTaskAlone(tx, taskId);
    const before = await readKnown(tx, id, facts, facts);
    if (before === undefined || before.late) return false;
    const isPush = await writeFacts(tx, id, facts, { before, how });
    if (isPush && outbox) await notifyChange({ ...outbox, tx }, taskId, id);
    return isPush || before.state !== 'open' || before.wasUnreadable;
  });
  if (changed) await publish(store, [taskId]);
}

/** Who acts for an account that is gone, as GitHub itself calls it. */
const ghost = 'ghost';

/** Somebody may have been faster, or the link another one by now: then the pull request has nothing to add. */
async function end(
  store: Store,
  users: GithubUsers,
  { id, taskId, isAboutPeople }: BoundApproval,
  { facts, how }: { facts: PullFacts; how: HowHeard },
): Promise<void> {
  const viewer = viewerOf(users, facts.endedBy ?? { login: ghost });
  const by: Decider = { ...viewer, groups: store.groupsOf?.(viewer.id) ?? [] };
  let isShown = false;
  const whyNot = async (tx: Queryable, before: KnownState): Promise<string | null | undefined> => {
    const why = whyNotDecided(facts, before, store.github);
    if (why !== undefined) return why;
    const ownDoing = isAboutPeople ? await whyNotOfAuthor(tx, users, facts) : undefined;
    return ownDoing ?? whyNoClose(tx, store, { taskId, by, facts });
  };
  const given = async (tx: Queryable): Promise<boolean> => {
    const before = await readKnown(tx, id, facts, { updatedAt: facts.updatedAt, doneAt: facts.endedAt });
    if (before === undefined || before.late) return false;
    const isNews = before.state !== facts.state;
    const why = isNews ? await whyNot(tx, before) : null;
    // Before the decision, so that its record has the commit, and nothing is owed to what is merged already.
    await writeFacts(tx, id, facts, { before, how, ...(isNews ? { remark: why ?? null } : {}) });
    isShown = isNews ? why !== undefined : before.wasUnreadable;
    return isNews && why === undefined;
  };
  const action = facts.state === 'merged' ? 'approve' : 'reject';
  const refused = (tx: Queryable, refusal: Error) => writeRemark(tx, id, whyRefused(facts, action, refusal));
  try {
    await decide(store, {
      id: taskId,
      approvalId: id,
      action,
      via: 'github',
      by,
      given,
      refused,
      isFact: !isAboutPeople,
      madeAt: facts.endedAt ?? undefined,
      note: `the pull request was ${facts.state}`,
      expectedHeadSha: facts.headSha,
    });
  } catch (error) {
    // Refused, which is on record and shown: people decide, or have decided.
    if (!(error instanceof DomainError)) throw error;
  }
  if (isShown) await publish(store, [taskId]);
}

function whyRefused({ state, endedBy }: PullFacts, action: 'approve' | 'reject', refusal: Error): string {
  const why = refusal instanceof MayNotDecideError ? refusal.why : refusal.message;
  return `The pull request was ${state} by ${endedBy?.login ?? ghost}, but this does not ${action} the task: ${why}`;
}

/**
 * A close rejects only where a merge by the same person would approve: a bot that tidies up ends nothing. A merge proves by
 * itself that whoever made it may write; authors may close their own, so of a close that must be proved.
 */
async function whyNoClose(
  tx: Queryable,
  store: Store,
  { taskId, by, facts }: { taskId: number; by: Decider; facts: PullFacts },
): Promise<string | undefined> {
  const approval = facts.state === 'closed' ? await readOpenApproval(tx, taskId) : undefined;
  if (approval === undefined) return undefined;
  const directory = await readNamedPeople(tx, approval, by, store);
  const known = recogniseIn(directory, by, store.groupsOf);
  const wish = {
    id: taskId,
    action: 'approve',
    by: await withStanding(tx, taskId, known, approval, store),
  } as const;
  const setting = { ...store, directory };
  const wouldApprove =
    isEnough(approval, wish.by, actingForOf(approval, wish, setting)) &&
    !refusalOfDecider(approval, wish, setting);
  const { login = ghost, mayWrite } = facts.endedBy ?? {};
  if (wouldApprove && mayWrite === true) return undefined;
  const there = `write to ${facts.owner}/${facts.repo}`;
  const who = !wouldApprove
    ? ', whose merge would not have approved the task'
    : mayWrite === false
      ? `, who may not ${there}`
      : `, and the server does not know whether they may ${there}: for this the server needs a GITHUB_TOKEN with permission to ask`;
  return `The pull request was closed by ${login}${who}, so this decides nothing. Reject the task here, or reopen the pull request to undo the close.`;
}
