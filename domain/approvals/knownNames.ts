import type { Queryable } from '../../database/database.ts';
import { type Directory, readDirectory } from '../audit/directory.ts';
import type { GithubUsers } from '../input/people.ts';
import { type ApprovalPolicy, isAboutPeople } from '../plans/policy.ts';
import type { Store } from '../store.ts';
import { toPerson } from './people.ts';

/** What it takes to know who somebody is whom a policy names, as a decision is judged. */
export type PeopleStore = Pick<Store, 'knownPeople' | 'githubUsers'> & { db: Queryable };

/** Who the people are whom policies mean: what an admin has linked, and whose accounts of GitHub are. */
export interface KnownNames {
  directory: Directory;
  users: GithubUsers;
}

/** A policy, and who is excluded where it wants somebody else. */
export interface JudgedPolicy {
  policy: Partial<ApprovalPolicy>;
  excluded?: readonly string[];
}

/** Reads who everybody is whom policies and this set-up name, with one statement; none where no policy is about people. */
export async function readKnownNames(
  { db, knownPeople: people, githubUsers }: PeopleStore,
  judged: readonly JudgedPolicy[],
): Promise<KnownNames> {
  const users = githubUsers ?? people?.users ?? new Map();
  const about = judged.filter(({ policy }) => isAboutPeople(policy));
  if (people === undefined || about.length === 0) return { directory: new Map(), users };
  const named = about.flatMap(({ policy, excluded = [] }) => [
    ...(policy.approvers ?? []),
    ...(policy.alsoApprovers ?? []),
    ...(policy.escalateTo ?? []),
    ...excluded,
  ]);
  const all = [...named, ...people.named, ...people.admins, ...people.groups.keys()];
  return {
    directory: await readDirectory(
      db,
      all.map((one) => toPerson(one, users)),
    ),
    users,
  };
}
