import { plural } from '../text/plural.ts';
import type { ApprovalState } from '../words/approvals.ts';
import type { ExpiryAction } from '../words/plans.ts';
import type { ChecksState } from '../words/pulls.ts';

/**
 * What the card of an approval says, the same on the page and behind a link. What only one of them says stands with that
 * one.
 */
export const approvalCardTexts = {
  states: {
    pending: 'awaiting approval',
    approved: 'approved',
    rejected: 'rejected',
    cancelled: 'cancelled',
    expired: 'expired',
  } satisfies Record<ApprovalState, string>,
  checks: {
    passed: 'checks passed',
    failed: 'checks failed',
    running: 'checks running',
    none: 'no checks',
    unavailable: 'checks unavailable',
  } satisfies Record<ChecksState, string>,
  draft: 'draft',
  fork: 'from a fork',
  highRisk: 'high risk',
  gate: 'before it runs',
  never: 'never expires',
  files: (count: number) => plural(count, 'file'),
  changed: (additions: number, deletions: number, files: number) =>
    `${plural(additions, 'line')} added and ${deletions.toLocaleString('en')} deleted in ${plural(files, 'file')}`,
  what: {
    title: 'What',
    run: 'Run',
    startedBy: 'Started by',
    output: 'Output',
    pull: 'Pull request',
    branches: 'Branches',
    into: 'into',
    labels: 'Labels',
    requested: 'Waits since',
    command: 'Runs',
    log: 'Log excerpt',
  },
  evidence: {
    title: 'Evidence',
    head: 'Commit',
    size: 'Size',
    state: 'State',
    merge: 'Merge',
    canMerge: 'it can be merged',
    unstable: 'it can be merged, although an optional check has failed or is running',
    reviews: 'Reviews',
    checks: 'Checks',
    required: 'required',
    unavailable: 'Checks unavailable: there may be some, and they may have failed.',
    incomplete: 'not all could be read',
    files: 'Largest files',
    filesOf: (shown: number, all: number) => `the ${shown} largest of ${all}`,
    filesUnknown: 'could not be read',
    read: 'Read',
    remark: 'Note',
    notOwn: 'It belongs to another repository than the task, so a person decides, not its events.',
    voids: 'Void votes',
    void: (who: string) => `${who} approved an earlier commit`,
    compare: 'what changed since',
    count: { passed: 'passed', failed: 'failed', running: 'running', skipped: 'skipped' },
  },
  who: {
    title: 'Who',
    votes: 'Votes',
    noVotes: (required: number) => `none yet; ${plural(required, 'approval')} needed`,
    some: (voters: string, missing: number) => `${voters}; ${missing} more needed`,
    may: 'May approve',
    everyone: 'everyone with the approve scope',
    still: 'Still may',
    denySelf: 'but not whoever started the run or wrote the pull request',
    expires: 'Expires',
    onExpire: {
      expire: 'then the task fails',
      reject: 'then it is rejected',
      approve: 'then it is approved',
      escalate: 'then others may decide too',
    } satisfies Record<ExpiryAction, string>,
    escalated: 'Escalated',
    problem: 'Problem',
    mayApprove: 'may approve it',
    mayApproveFor: (who: string) => `may approve it for ${who}`,
    isLast: 'yours is the last approval that it needs',
    hasVoted: 'have approved it already',
  },
  decide: {
    title: 'Decide',
    approving: (text: string) => `Approving it ${text}.`,
    vote: (missing: number) =>
      `Your approval is a vote; after it ${missing - 1} more ${missing === 2 ? 'is' : 'are'} needed.`,
    note: 'Note',
    noteHint: 'All readers see it',
    approve: 'Approve',
    approveCommit: (sha: string) => `Approve ${sha}`,
    reject: 'Reject',
    ask: (action: string) => `${action}…`,
    rejecting: 'The task fails, and what needs it does not run.',
    moved: (from: string, to: string) => `While you looked, the pull request moved from ${from} to ${to}.`,
    whatChanged: 'What changed',
  },
  after: {
    title: 'Outcome',
    by: (state: string, who: string) => `${state} by ${who}`,
    actingFor: (who: string) => `for ${who}`,
    via: 'Via',
    at: 'When',
    note: 'Note',
    head: 'Commit',
    pull: 'Pull request',
    pullAction: {
      owed: (action: string) => `${action}: to be done`,
      done: (action: string) => `${action}: done`,
      failed: (action: string) => `${action}: failed`,
    } as Record<string, (action: string) => string>,
  },
};

/** A commit as people read it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 8);
}
