import * as z from 'zod';
import type { ApprovingReview } from '../../domain/pulls/applyReview.ts';
import type { PullFacts } from '../../domain/pulls/pull.ts';

const user = z.object({ login: z.string().min(1).max(100) }).nullish();

/** A pull request as GitHub's REST API and its events write it; of more only this is read. */
export const pullRequest = z.object({
  html_url: z.url({ protocol: /^https?$/ }),
  number: z.int().min(1),
  state: z.enum(['open', 'closed']),
  merged: z.boolean().nullish(),
  merged_at: z.string().nullish(),
  merged_by: user,
  closed_by: user,
  user,
  updated_at: z.iso.datetime({ offset: true }),
  head: z.object({ sha: z.string().regex(/^[0-9a-f]{7,64}$/i) }),
  base: z.object({ repo: z.object({ name: z.string(), owner: z.object({ login: z.string() }) }) }),
});

/** A review as both write it. */
export const review = z.object({
  id: z.int(),
  state: z.string(),
  commit_id: z.string().nullable(),
  user,
  author_association: z.string(),
  submitted_at: z.iso.datetime({ offset: true }).nullish(),
});

/** An event of a pull request, or of a review of one. */
export const pullEvent = z.object({
  action: z.string(),
  pull_request: pullRequest,
  review: review.nullish(),
  sender: user,
});

/** Takes what matters out of a pull request; `sender` is who caused the event, where it came as one. */
export function factsOf(pull: z.output<typeof pullRequest>, sender?: string | undefined): PullFacts {
  const merged = pull.merged === true || pull.merged_at != null;
  return {
    host: new URL(pull.html_url).host,
    owner: pull.base.repo.owner.login,
    repo: pull.base.repo.name,
    number: pull.number,
    state: merged ? 'merged' : pull.state,
    headSha: pull.head.sha.toLowerCase(),
    author: pull.user?.login ?? null,
    updatedAt: pull.updated_at,
    endedBy: (merged ? pull.merged_by?.login : pull.closed_by?.login) ?? sender,
  };
}

/** A review that approves, or nothing when it does not. */
export function approvalOf(given: z.output<typeof review>): ApprovingReview | undefined {
  const { id, state, commit_id: commit, user: reviewer, author_association: association } = given;
  if (state.toLowerCase() !== 'approved' || commit === null || reviewer == null) return undefined;
  const submittedAt = given.submitted_at ?? new Date().toISOString();
  return { id, commit, reviewer: reviewer.login, association, submittedAt };
}
