import type { PullHead } from '../../../contract/pulls/pullReader.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import type { PullChecks, PullDetails } from '../../../domain/pulls/details.ts';
import { noteDetails } from '../../../domain/pulls/noteDetails.ts';
import type { Store } from '../../../domain/store.ts';
import { awaitingPull, head } from '../../domain/pulls/support.ts';

/** What the host says of pull request 7 of isle/light. */
export const details: PullDetails = {
  title: 'Tidy the lamp',
  isDraft: false,
  isFromFork: false,
  baseRef: 'main',
  headRef: 'tidy',
  additions: 1120,
  deletions: 34,
  changedFiles: 6,
  mergeState: 'blocked',
  reviewDecision: 'changes_requested',
  labels: ['deps', 'night'],
  reviews: [{ reviewer: 'ada', state: 'approved' }],
};

export const checks: PullChecks = {
  state: 'failed',
  passed: 14,
  failed: 1,
  running: 2,
  skipped: 0,
  named: [
    {
      name: 'unit tests',
      state: 'failed',
      isRequired: true,
      url: 'https://github.com/isle/light/actions/runs/1',
    },
  ],
  isComplete: true,
  problem: null,
};

const pull = { host: 'github.com', owner: 'isle', repo: 'light', number: 7 };

/** Brings a task of a run to await approval of pull request 7, of which everything is known, with a link for somebody. */
export async function awaitingByLink(
  store: Store,
  policy: Partial<ApprovalPolicy> = {},
  recipient = 'ann@example.org',
): Promise<{
  id: number;
  token: string;
  mint(whom: string): Promise<string>;
  headIs(sha: string): Promise<void>;
}> {
  const { id } = await awaitingPull(store, policy);
  const headIs = async (sha: string) => {
    await store.db.query({
      text: `UPDATE approvals SET pull_head = $1, pull_author = 'keeper' WHERE task_id = $2`,
      values: [sha, id],
    });
  };
  await headIs(head(1));
  const [approval] = await store.db.query<{ id: number }>({
    text: 'SELECT id FROM approvals WHERE task_id = $1',
    values: [id],
  });
  const mint = async (whom: string) => (await createLink(store.db, approval?.id ?? 0, whom)) ?? '';
  return { id, token: await mint(recipient), mint, headIs };
}

/** Keeps what the host says of the pull request at a commit. */
export async function noteEvidence(
  store: Store,
  more: { details?: Partial<PullDetails>; checks?: Partial<PullChecks>; headSha?: string } = {},
): Promise<PullHead> {
  const at = { ...pull, headSha: more.headSha ?? head(1) };
  await noteDetails(store, at, {
    details: { ...details, ...more.details },
    checks: { ...checks, ...more.checks },
    isUnfinished: false,
  });
  return at;
}
