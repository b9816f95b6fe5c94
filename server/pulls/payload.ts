import * as z from 'zod';
import { pullOfLink } from '../../contract/pulls/pullLinks.ts';
import { isPlain } from '../../contract/text/plainText.ts';
import { reviewStates } from '../../contract/words/pulls.ts';
import type { Account, PullFacts } from '../../domain/pulls/pull.ts';
import type { Review } from '../../domain/pulls/review.ts';

const name = z.string().min(1).max(100);
const login = name.refine(isPlain, 'expected one line without control characters');
const time = z.iso.datetime({ offset: true });

/** An account as GitHub writes it; one that is no `User` is a bot or an organisation. */
export const user = z.object({ login, id: z.int().nullish(), type: z.string().nullish() }).nullish();

/** A pull request as GitHub's REST API and its events write it; of more only this is read. */
export const pullRequest = z.object({
  html_url: z.url({ protocol: /^https?$/ }),
  number: z.int().min(1),
  state: z.enum(['open', 'closed']),
  merged: z.boolean().nullish(),
  merged_at: time.nullish(),
  merged_by: user,
  closed_by: user,
  user,
  created_at: time.nullish(),
  updated_at: time,
  closed_at: time.nullish(),
  auto_merge: z.object({}).nullish(),
  head: z.object({ sha: z.string().regex(/^[0-9a-f]{7,64}$/i) }),
  base: z.object({ repo: z.object({ name, owner: z.object({ login }) }) }),
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
  submitted_at: time.nullish(),
});

/** An event of a pull request, or of a review of one. */
export const pullEvent = z.object({
  action: z.string(),
  pull_request: pullRequest,
  review: reviewJson.nullish(),
  sender: user,
});

/** Takes what matters out of a pull request; `sender` is who ended it, where an event tells that. */
export function factsOf(pull: z.output<typeof pullRequest>, sender?: z.output<typeof user>): PullFacts {
  const merged = pull.merged === true || pull.merged_at != null;
  const { html_url: url, base, number } = pull;
  const key = pullOfLink(url) ?? { host: new URL(url).host };
  return {
    host: key.host,
    owner: base.repo.owner.login,
    repo: base.repo.name,
    number,
    state: merged ? 'merged' : pull.state,
    headSha: pull.head.sha.toLowerCase(),
    author: accountOf(pull.user),
    openedAt: pull.created_at ?? null,
    updatedAt: pull.updated_at,
    endedAt: (merged ? pull.merged_at : pull.closed_at) ?? null,
    endedBy: enderOf(pull, accountOf((merged ? pull.merged_by : pull.closed_by) ?? sender)),
    isAutomatic: pull.auto_merge != null,
  };
}

/** Gives who ended a pull request; only of the owner of its repository it is proved by that alone that they may write there. */
export function enderOf(
  { base }: Pick<z.output<typeof pullRequest>, 'base'>,
  account: Account | null,
): Account | null {
  const isOwner = account?.login.toLowerCase() === base.repo.owner.login.toLowerCase();
  return account && isOwner ? { ...account, mayWrite: true } : account;
}

/** Takes what matters out of an account; nothing of one that is gone. */
export function accountOf(given: z.output<typeof user>): Account | null {
  if (given == null) return null;
  return { login: given.login, id: given.id ?? null, isPerson: given.type === 'User' };
}

/** A review that says something for or against; nothing of a comment, or where its account or commit is gone. */
export function reviewOf(given: z.output<typeof reviewJson>): Review | undefined {
  const { id, commit_id: commit, user: reviewer, author_association: association } = given;
  const state = reviewStates.find((one) => one === given.state.toLowerCase());
  const account = accountOf(reviewer);
  if (state === undefined || commit == null || account === null) return undefined;
  return { id, state, commit, reviewer: account, association, submittedAt: given.submitted_at ?? null };
}
