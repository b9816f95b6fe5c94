import type { PullReader } from '../../contract/pulls/pullReader.ts';
import type { Approval } from '../../domain/approvals/approval.ts';
import { type Consequence, consequenceOf, countWaiting } from '../../domain/approvals/consequence.ts';
import { readRightsByLink } from '../../domain/approvals/decideByLink.ts';
import type { ApprovalLink } from '../../domain/approvals/links.ts';
import { problemsOfApprovals } from '../../domain/approvals/problemsOfApprovals.ts';
import type { DecisionRights } from '../../domain/approvals/rights.ts';
import { readVoidVotes, type ShownVoidVote, showVoidVotes } from '../../domain/approvals/voidVotes.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import { askHost } from '../../domain/pulls/askHost.ts';
import { type KeptDetails, readPullDetails } from '../../domain/pulls/details.ts';
import { whyNoDetails } from '../../domain/pulls/whyNoDetails.ts';
import { findRuns } from '../../domain/runs/read.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Store } from '../../domain/store.ts';

/** For how long the page waits for the host of a pull request; what comes later is there when it is loaded again. */
const waitMs = 1500;

/** What the page of a link shows, as read. */
export interface LinkCard {
  link: ApprovalLink;
  run: Run | null;
  /** The host whose pages strangers' texts may lead to. */
  host: string;
  /** What is for whoever decides; null once the link decides no more, since it may lie about in mail boxes for years. */
  open: OpenCard | null;
}

/** What somebody is shown who may decide by a link. */
export interface OpenCard {
  /** What could be decided by it; undefined where it is not known yet who would. */
  rights: DecisionRights | undefined;
  consequence: Consequence;
  kept: KeptDetails | null;
  /** Why there are no details, or why they may be old. */
  detailsProblem: string | null;
  /** Whether the host has not answered in time, so that details may be there soon. */
  isBeingRead: boolean;
  voidVotes: ShownVoidVote[];
  /** Why nobody can approve it. */
  problem: string | null;
}

/** Reads what the page of a link shows. Where somebody looks, the host of the pull request is asked first, within a time. */
export async function readCard(
  store: Store,
  link: ApprovalLink,
  { viewer, isLook }: { viewer: Viewer | undefined; isLook: boolean },
): Promise<LinkCard> {
  const { task, approval, isOpen } = link;
  const host = store.pullReach?.host ?? approval.pullRequest?.host ?? '';
  const [[run = null], open] = await Promise.all([
    findRuns(store.db, [task.runId]),
    isOpen ? readOpen(store, link, { viewer, isLook }) : null,
  ]);
  return { link, run, host, open };
}

async function readOpen(
  store: Store,
  link: ApprovalLink,
  { viewer, isLook }: { viewer: Viewer | undefined; isLook: boolean },
): Promise<OpenCard> {
  const { approval, task } = link;
  const { pullRequest: pull } = approval;
  const isGate = approval.kind === 'gate';
  const [kept, rights, voidVotes, [waiting = 0], [problem = null]] = await Promise.all([
    readEvidence(store, approval, isLook),
    readRightsByLink(store, link, viewer),
    readVoidVotes(store.db, [approval.id]),
    isGate ? [0] : countWaiting(store.db, [task.id]),
    problemsOfApprovals(store, [approval]),
  ]);
  const inputs = isGate ? task.inputs : undefined;
  const baseRef = kept?.details?.baseRef ?? null;
  return {
    rights,
    consequence: consequenceOf({ approval, inputs, baseRef, waiting }, store),
    kept,
    detailsProblem: pull && whyNoDetails(pull, kept, store),
    isBeingRead:
      isLook && store.pullReader !== undefined && pull?.headSha != null && !kept?.details && !kept?.problem,
    voidVotes: showVoidVotes(approval, voidVotes[0] ?? []),
    problem,
  };
}

/** Reads what is kept of the pull request; files, which stay as they are, are asked for only where nothing went wrong. */
async function readEvidence(
  store: Store,
  { pullRequest: pull }: Approval,
  isLook: boolean,
): Promise<KeptDetails | null> {
  if (pull?.headSha == null) return null;
  const head = { ...pull, headSha: pull.headSha };
  const [kept = null] = await readPullDetails(store.db, [head]);
  if (!isLook || store.pullReader === undefined) return kept;
  const hasFiles = kept !== null && (kept.files !== null || kept.problem !== null);
  const what: (keyof PullReader)[] = hasFiles ? ['refresh'] : ['refresh', 'readFiles'];
  await askHost(store, pull, what, { waitMs });
  const [now = null] = await readPullDetails(store.db, [head]);
  return now;
}
