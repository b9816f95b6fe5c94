import { isSame } from '../../contract/people/identityKey.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { isNotWithdrawn, nameBehind } from '../audit/votes.ts';
import type { Approval, PullRequest } from './approval.ts';

/** A vote that counts no more, since another commit was pushed after it. */
export interface VoidVote {
  viewer: string;
  /** The head commit that was approved, if it was known. */
  headSha: string | null;
}

/** A void vote as people are shown it. */
export interface ShownVoidVote extends VoidVote {
  /** The page that shows what changed since; null where that is unknown. */
  compareUrl: string | null;
}

/** Leaves out of the void votes of an approval those that were given again, and adds what changed since. */
export function showVoidVotes(
  { voters, pullRequest }: Pick<Approval, 'voters' | 'pullRequest'>,
  votes: readonly VoidVote[],
): ShownVoidVote[] {
  return votes
    .filter(({ viewer }) => !voters.some((voter) => isSame(voter, viewer)))
    .map((vote) => ({ ...vote, compareUrl: compareUrlOf(pullRequest, vote.headSha) }));
}

/** The page of the host that shows what was pushed to a pull request since a commit; null where that is unknown, or nothing was. */
export function compareUrlOf(pull: PullRequest | null, since: string | null): string | null {
  if (pull === null || pull.headSha === null || since === null || since === pull.headSha) return null;
  return `https://${pull.host}/${pull.owner}/${pull.repo}/compare/${since}...${pull.headSha}`;
}

/** How many void votes are read of each approval. */
const maxOfApproval = 20;

/** Reads the last void vote of each viewer of several approvals that are pending with one statement, in the order of their numbers. */
export async function readVoidVotes(db: Queryable, approvalIds: readonly number[]): Promise<VoidVote[][]> {
  const found = await db.query(voidVotesOf(approvalIds));
  const byApproval = Map.groupBy(found, ({ approvalId }) => approvalId);
  return approvalIds.map((id) =>
    (byApproval.get(id) ?? []).map(({ viewer, headSha }) => ({ viewer, headSha })),
  );
}

const voidVotesOf = statement({
  name: 'void_votes_of',
  text: `SELECT approvals.id AS "approvalId", void.viewer, void.head AS "headSha" FROM approvals CROSS JOIN LATERAL (
        SELECT DISTINCT ON (ascii_key(${nameBehind})) ${nameBehind} AS viewer, decisions.head, decisions.id FROM decisions
        WHERE approval_id = approvals.id AND decisions.id <= votes_from AND action = 'approve' AND outcome = 'voted'
          AND viewer_kind = 'person' AND ${isNotWithdrawn} ORDER BY ascii_key(${nameBehind}), decisions.id DESC LIMIT ${maxOfApproval}) void
      WHERE approvals.id = ANY($1::int[]) AND ended_at IS NULL AND votes_from > 0 ORDER BY approvals.id, void.id`,
  row: { approvalId: col.int, viewer: col.text, headSha: col.text.orNull },
});
