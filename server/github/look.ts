import * as z from 'zod';
import { applyPull } from '../../domain/pulls/applyPull.ts';
import { applyReview } from '../../domain/pulls/applyReview.ts';
import type { GithubUsers, PullKey } from '../../domain/pulls/pull.ts';
import type { Store } from '../../domain/store.ts';
import { callGithub, type GithubAccess, GithubError, pathOf } from './api.ts';
import { approvalOf, factsOf, pullRequest, review } from './payload.ts';

/** So many pages of 100 reviews are read of one pull request. */
const maxPages = 10;

/** Looks at one pull request and its reviews, and does what they mean for the approvals that wait. @throws GithubError */
export async function lookAtPull(
  store: Store,
  users: GithubUsers,
  github: GithubAccess,
  pull: PullKey,
): Promise<void> {
  const found = parse(pullRequest, (await callGithub(github, 'GET', pathOf(pull))).data);
  // The one that was asked for: a repository that was renamed answers under its new name.
  const facts = { ...factsOf(found), ...pull };
  if (facts.state === 'closed' && facts.endedBy === undefined) facts.endedBy = await closerOf(github, pull);
  await applyPull(store, users, facts);
  if (facts.state !== 'open') return;
  let path: string | undefined = `${pathOf(pull)}/reviews?per_page=100`;
  for (let page = 0; path !== undefined && page < maxPages; page += 1) {
    const { data, next } = await callGithub(github, 'GET', path);
    for (const one of parse(z.array(review), data)) {
      const approving = approvalOf(one);
      if (approving) await applyReview(store, users, pull, approving);
    }
    path = next;
  }
}

/** Who closed it stands with the issue that every pull request is. */
async function closerOf(github: GithubAccess, pull: PullKey): Promise<string | undefined> {
  const { data } = await callGithub(github, 'GET', pathOf(pull, 'issues'));
  return parse(z.object({ closed_by: z.object({ login: z.string() }).nullish() }), data).closed_by?.login;
}

function parse<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new GithubError('GitHub answered with something else than expected; check GITHUB_API_URL', 200);
}
