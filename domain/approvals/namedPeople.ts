import type { Queryable } from '../../database/database.ts';
import { type Directory, readDirectory } from '../audit/directory.ts';
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
  const { policy, startedBy = null, author = null } = approval ?? {};
  const named = [
    ...(policy?.approvers ?? []),
    ...(policy?.escalateTo ?? []),
    ...(policy?.alsoApprovers ?? []),
  ].map((one) => toPerson(one, users));
  const makers = [startedBy, author === null ? null : toPerson(`github:${author}`, users)];
  return readDirectory(tx, [by.id, ...named, ...admins, ...makers.filter((one) => one !== null)]);
}
