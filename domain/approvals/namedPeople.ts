import type { Queryable } from '../../database/database.ts';
import { type Directory, readDirectory } from '../audit/directory.ts';
import type { GithubUsers } from '../input/people.ts';
import type { Decider } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import type { OpenApproval } from './approval.ts';
import { toPerson } from './people.ts';

/** Reads who everybody is whom a decision is judged with: who decides, whom policy and server name, and whose work it is. */
export async function readNamedPeople(
  tx: Queryable,
  approval: Pick<OpenApproval, 'policy' | 'startedBy' | 'author'> | undefined,
  by: Decider,
  { githubUsers: users = new Map(), admins = [] }: Pick<Store, 'githubUsers' | 'admins'>,
): Promise<Directory> {
  // Of nobody else anything is asked that a person's addresses could answer.
  if (by.kind !== 'person') return new Map();
  const named =
    approval === undefined
      ? []
      : [...peopleNamed(approval.policy, users), ...peopleOfMakers(approval, users)];
  return readDirectory(tx, [by.id, ...named, ...admins]);
}

/** Whom a policy names, as far as the server's own lists say who that is. */
export function peopleNamed(
  { approvers = [], escalateTo = [], alsoApprovers = [] }: Partial<OpenApproval['policy']>,
  users?: GithubUsers,
): string[] {
  return [...approvers, ...escalateTo, ...alsoApprovers].map((one) => toPerson(one, users ?? new Map()));
}

/** Whose work an approval is about: who started its run, and who opened its pull request. */
export function peopleOfMakers(
  { startedBy, author }: Pick<OpenApproval, 'startedBy' | 'author'>,
  users?: GithubUsers,
): string[] {
  const makers = [startedBy, author === null ? null : toPerson(`github:${author}`, users ?? new Map())];
  return makers.filter((one) => one !== null);
}
