import { isSame } from '../../contract/people/identityKey.ts';
import { defaultRules, isListed } from '../../contract/pulls/githubRules.ts';
import type { Queryable } from '../../database/database.ts';
import { nameIn, readDirectory } from '../audit/directory.ts';
import { type GithubUsers, viewerOf } from '../input/people.ts';
import type { Store } from '../store.ts';
import type { Account, KnownState, PullFacts } from './pull.ts';

/**
 * Says why a merge or a close decides nothing, in words for whoever decides then; null where that was said before.
 * Undefined when it counts: the pull request is the task's own, was seen open since the attempt began, and a person ended
 * it after the wait began, by their own hand.
 */
export function whyNotDecided(
  facts: PullFacts,
  known: KnownState,
  rules: Store['github'] = defaultRules,
): string | null | undefined {
  if (!mayDecide(facts, known, rules)) return known.isOutside ? outside(facts) : null;
  const done = facts.state === 'merged' ? 'merged' : 'closed';
  const { endedBy } = facts;
  if (!known.isSince)
    return `The pull request was ${done}${by(facts)} before the task began to wait, so a person decides.`;
  if (!known.wasSeenOpen)
    return `The pull request was ${done}${by(facts)}, and the server never saw it open since the attempt began, so a person decides.`;
  if (endedBy === null || !endedBy.isPerson)
    return `The pull request was ${done}${by(facts)}, which may not be a person, so a person decides.`;
  if (done === 'merged' && known.isAutomatic)
    return `The pull request was merged by an auto-merge that may have been enabled before the task began to wait, so a person decides.`;
  return undefined;
}

/** Says why a merge or a close is no vote under a policy about people: its author made it, or may have. */
export async function whyNotOfAuthor(
  tx: Queryable,
  users: GithubUsers,
  { state, author, endedBy }: Pick<PullFacts, 'state' | 'author' | 'endedBy'>,
): Promise<string | undefined> {
  if (endedBy === null) return undefined;
  const isAuthor = author !== null && (await isOfOne(tx, users, [author, endedBy]));
  if (author !== null && !isAuthor) return undefined;
  const whose = isAuthor ? 'who wrote it' : 'and its author is unknown';
  return `The pull request was ${state} by ${endedBy.login}, ${whose}, so this is not a vote and people decide.`;
}

/** Says whether two accounts are of one person. */
async function isOfOne(
  tx: Queryable,
  users: GithubUsers,
  [one, other]: readonly [Account, Account],
): Promise<boolean> {
  if (one.id !== null && one.id === other.id) return true;
  const names = [viewerOf(users, one).id, viewerOf(users, other).id] as const;
  const directory = await readDirectory(tx, names);
  return isSame(nameIn(directory, names[0]), nameIn(directory, names[1]));
}

/** Says whether what the host says of a pull request may end a wait for it at all. */
export function mayDecide(
  facts: Pick<PullFacts, 'host' | 'owner' | 'repo'>,
  { isOwn, isOutside }: Pick<KnownState, 'isOwn' | 'isOutside'>,
  rules: Store['github'] = defaultRules,
): boolean {
  const isBounded = rules.repositories.length > 0;
  return (isOutside || isOwn) && (isBounded ? isListed(rules, facts) : !isOutside);
}

function outside({ state, owner, repo }: PullFacts): string {
  return `The pull request was ${state}, but GITHUB_REPOSITORIES of the server does not list ${owner}/${repo}. For externally reported tasks GitHub decides only in listed repositories, so a person decides.`;
}

function by({ endedBy }: PullFacts): string {
  return endedBy === null ? '' : ` by ${endedBy.login}`;
}
