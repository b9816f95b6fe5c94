import { defaultRules, isListed } from '../../contract/pulls/githubRules.ts';
import { type GithubUsers, viewerOf } from '../input/people.ts';
import { isSame } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import type { KnownState, PullFacts } from './pull.ts';

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
  if (!known.isSince) return `It was ${done}${by(facts)} before the task began to wait, so a person decides.`;
  if (!known.wasSeenOpen)
    return `It was ${done}${by(facts)}, and had not been seen open since the attempt began, so a person decides.`;
  if (endedBy === null || !endedBy.isPerson)
    return `It was ${done}${by(facts)}, which is not known to be a person, so a person decides.`;
  if (done === 'merged' && known.isAutomatic)
    return `It was merged by an auto-merge that may have been set before the task began to wait, so a person decides.`;
  return undefined;
}

/** Says why a merge or a close is no vote under a policy about people: its author made it, or may have. */
export function whyNotOfAuthor(
  users: GithubUsers,
  { state, author, endedBy }: Pick<PullFacts, 'state' | 'author' | 'endedBy'>,
): string | undefined {
  if (endedBy === null) return undefined;
  const isAuthor =
    author !== null &&
    ((author.id !== null && author.id === endedBy.id) ||
      isSame(viewerOf(users, author.login).id, viewerOf(users, endedBy.login).id));
  if (author !== null && !isAuthor) return undefined;
  const whose = isAuthor ? 'who wrote it' : 'and who wrote it is not known';
  return `It was ${state} by ${endedBy.login}, ${whose}, so that is no vote and people decide.`;
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
  return `It was ${state}, and GITHUB_REPOSITORIES of the server does not list ${owner}/${repo}: of tasks that were reported from outside GitHub decides in listed repositories only, so a person decides.`;
}

function by({ endedBy }: PullFacts): string {
  return endedBy === null ? '' : ` by ${endedBy.login}`;
}
