import * as z from 'zod';
import { type Review, reviewStates } from '../../domain/pulls/applyReview.ts';
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
export const reviewJson = z.object({
  id: z.int().min(1),
  state: z.string(),
  commit_id: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/i)
    .nullish(),
  user,
  author_association: z.string(),
});

/** An event of a pull request, or of a review of one. */
export const pullEvent = z.object({
  action: z.string(),
  pull_request: pullRequest,
  review: reviewJson.nullish(),
  sender: user,
});

/** Takes what matters out of a pull request; `sender` is who ended it, where an event tells that. */
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

/** A review that says something for or against; nothing of a comment, or where its account or commit is gone. */
export function reviewOf(given: z.output<typeof reviewJson>): Review | undefined {
  const { id, commit_id: commit, user: reviewer, author_association: association } = given;
  const state = reviewStates.find((one) => one === given.state.toLowerCase());
  if (state === undefined || commit == null || reviewer == null) return undefined;
  return { id, state, commit, reviewer: reviewer.login, association };
}
