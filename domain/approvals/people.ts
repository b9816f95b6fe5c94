import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import type { ViewerKind } from '../../contract/words/viewers.ts';
import { type Directory, nameIn } from '../audit/directory.ts';
import type { GithubUsers } from '../input/people.ts';
import { type Decider, isOf, type SamePerson } from '../input/viewer.ts';

/** Says why somebody is no person to a policy, and what to set so that it is one; nothing for a person. */
export function whyNoPerson({ id, kind }: Pick<Decider, 'id' | 'kind'>): string | undefined {
  if (kind === 'person') return undefined;
  return `its policy requires people, and ${reasonsForNoPerson[kind](id, signIn)}`;
}

const signIn =
  'Decide as a person: sign in, by GitHub too (GITHUB_APP_CLIENT_ID), or through a proxy (TRUSTED_PROXY), use a key of your own, review on GitHub with a login from GITHUB_USERS, or use the link in a mail (NOTIFY_EMAILS).';

/** Why somebody is no person; `ways` says by what one can decide as a person. */
export const reasonsForNoPerson: Record<
  Exclude<ViewerKind, 'person'>,
  (id: string, ways: string) => string
> = {
  service: (id, ways) => `${id} is a service. ${ways}`,
  shared: (id, ways) => `${id} is a key that several people may share. ${ways}`,
  login: (id) =>
    `the server does not know who ${id} is. Add ${id.replace(/^github:/, '')}=their@address to GITHUB_USERS on the server, or sign in there by GitHub.`,
  channel: (id, ways) => `anyone who reads ${id} can use its link. ${ways}`,
  anonymous: (id, ways) => `${id} is not authenticated. ${ways}`,
  system: (id) => `${id} is not a person.`,
};

/** Says whether a list of viewers and groups names somebody, by any of their addresses or by a login that stands for one. */
export function isNamed(
  named: readonly string[],
  { id, also, groups = [] }: SamePerson,
  users: GithubUsers = new Map(),
  directory: Directory = new Map(),
): boolean {
  return named.some(
    (one) =>
      isOf({ id, also }, toPerson(one, users, directory)) ||
      groups.some((group) => isSame(one, `group:${group}`)),
  );
}

/** Returns the person that a name in a policy refers to: a GitHub login is the person it is mapped to, an address whose it is. */
export function toPerson(name: string, users: GithubUsers, directory: Directory = new Map()): string {
  const [, login] = /^github:(.+)$/i.exec(name) ?? [];
  return nameIn(directory, (login && users.get(identityKey(login))) ?? name);
}
