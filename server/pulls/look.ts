import * as z from 'zod';
import type { PullKey } from '../../contract/pulls/pullLinks.ts';
import type { GithubUsers } from '../../domain/input/people.ts';
import { applyPull } from '../../domain/pulls/applyPull.ts';
import { applyReview } from '../../domain/pulls/applyReview.ts';
import { keepCountable } from '../../domain/pulls/countable.ts';
import type { Account, PullFacts } from '../../domain/pulls/pull.ts';
import type { Store } from '../../domain/store.ts';
import { type GithubApi, pathOf } from './api.ts';
import { GithubError } from './errors.ts';
import { accountOf, enderOf, factsOf, pullRequest, reviewJson, reviewOf, user } from './payload.ts';
import { openPermissions, withPermission } from './permission.ts';

/** So many pages of 100 reviews are read of one pull request. */
const maxPages = 10;

/**
 * Looks at one pull request and its reviews, and does what they mean for the approvals that wait. The reviews are read
 * first, so that none of them can be of a later commit than the head that is known. Gives the head commit of one that is
 * open. @throws GithubError
 */
export async function lookAtPull(
  store: Store,
  users: GithubUsers,
  api: GithubApi,
  pull: PullKey,
): Promise<string | undefined> {
  const reviews = await readReviews(api, pull);
  const facts = await readPull(api, pull);
  const mayWrite = openPermissions(api, pull);
  if (facts.state === 'closed' && facts.endedBy?.isPerson)
    facts.endedBy.mayWrite ??= await mayWrite(facts.endedBy.login);
  await applyPull(store, users, facts, 'read');
  if (facts.state !== 'open') return undefined;
  for (const review of await keepCountable(store, users, pull, reviews))
    await applyReview(store, users, pull, await withPermission(store, mayWrite, review), 'read');
  return facts.headSha;
}

/** Reads where a pull request stands. @throws GithubError */
export async function readPull(api: GithubApi, pull: PullKey): Promise<PullFacts> {
  const found = parse(pullRequest, (await api.get(pathOf(pull))).data);
  // The one that was asked for: a repository that was renamed answers under its new name.
  const { host, owner, repo, number } = pull;
  const facts = { ...factsOf(found), host, owner, repo, number };
  if (facts.state === 'closed' && facts.endedBy === null)
    facts.endedBy = enderOf(found, await closerOf(api, pull));
  return facts;
}

async function readReviews(api: GithubApi, pull: PullKey) {
  const reviews: z.output<typeof reviewJson>[] = [];
  let path: string | undefined = `${pathOf(pull)}/reviews?per_page=100`;
  for (let page = 0; path !== undefined && page < maxPages; page += 1) {
    const { data, next } = await api.get(path);
    reviews.push(...parse(z.array(reviewJson), data));
    path = next;
  }
  return reviews.flatMap((review) => reviewOf(review) ?? []);
}

/** Who closed it stands with the issue that every pull request is. */
async function closerOf(api: GithubApi, pull: PullKey): Promise<Account | null> {
  const { data } = await api.get(pathOf(pull, 'issues'));
  return accountOf(parse(z.object({ closed_by: user }), data).closed_by);
}

function parse<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new GithubError('Unexpected answer from GitHub. Check GITHUB_API_URL', 200);
}
