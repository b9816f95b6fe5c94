import { identityKey } from '../../contract/people/identityKey.ts';
import type { Directory } from '../audit/directory.ts';
import type { GithubUsers } from '../input/people.ts';
import { type Decider, isOf, type SamePerson } from '../input/viewer.ts';
import type { OpenApproval } from './approval.ts';
import { isNamed } from './people.ts';

/** Says whether the vote of a viewer is the last that an approval wants. A delegate's counts as that of whom it acts for. */
export function isEnough({ counted, policy }: OpenApproval, by: Decider, actingFor?: string): boolean {
  const own = actingFor ?? by.id;
  // What the person has voted under another name is the same vote.
  const others = counted.filter((voter) => actingFor !== undefined || !isOf(by, voter));
  return new Set([...others, own].map(identityKey)).size >= policy.required;
}

/**
 * Gives the person for whom a delegate decides: one whom the policy names, who has not approved already, and who could
 * have decided this. Undefined where the delegate needs nobody, or there is none.
 */
export function whomActsFor(
  { counted }: Pick<OpenApproval, 'counted'>,
  lists: readonly (readonly string[])[],
  by: Decider,
  { users, directory }: { users: GithubUsers; directory?: Directory | undefined },
  isBarred: (delegator: SamePerson) => boolean,
): SamePerson | undefined {
  if (lists.every((list) => isNamed(list, by, users, directory))) return undefined;
  return by.mayActFor?.find(
    (one) =>
      lists.every((list) => isNamed(list, by, users, directory) || isNamed(list, one, users, directory)) &&
      !counted.some((voter) => isOf(one, voter)) &&
      !isBarred(one),
  );
}
