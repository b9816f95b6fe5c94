import { identityKey } from '../../contract/people/identityKey.ts';
import type { Decider } from './viewer.ts';

/** The viewers that accounts of the host stand for. */
export interface GithubUsers {
  /** Finds one by the login as it is compared, and by the number of the account, where that is known. */
  get(login: string, id?: number | null): string | undefined;
  /** Says whether an account is of a person who was removed here. @default nobody was */
  isGone?(login: string, id?: number | null): boolean;
  /** Says whether somebody who is named so here has an account that counts. @default not known */
  hasAccount?(name: string): boolean;
}

/** Who an account of the host is here: a person, where somebody said whose it is, or it has signed in. */
export function viewerOf(
  users: GithubUsers,
  { login, id }: { login: string; id?: number | null },
): Pick<Decider, 'id' | 'kind' | 'proof' | 'wasRemoved'> {
  const person = users.get(identityKey(login), id);
  const who =
    person === undefined
      ? { id: `github:${login}`, kind: 'login' as const }
      : { id: person, kind: 'person' as const };
  return { ...who, proof: 'host', ...(users.isGone?.(login, id) ? { wasRemoved: true } : {}) };
}

/** Who can be a person in a set-up. */
export interface KnownPeople {
  /** Whether a proxy or an issuer signs people in of whom nobody has made a list. */
  anybody: boolean;
  /** Those who are known by name and have a way to decide, by their keys, whether listed or not. */
  named: ReadonlySet<string>;
  /** Those of them who have nothing but the links of their mails, which is not enough where the risk is high. @default nobody */
  onlyByLink?: ReadonlySet<string>;
  /** Who alone counts, where ADMIN_USERS lists people; empty for everybody. */
  admins: readonly string[];
  /** Whether people decide by accounts of GitHub, whatever their name here. @default false */
  byGithub?: boolean;
  /** Whether people sign in by GitHub who are known by nothing but their login. @default false */
  logins?: boolean;
  /** Whether who signs people in says who belongs to which groups, so that nobody knows their members beforehand. @default false */
  otherGroups?: boolean;
  /** The groups of each member, by the key of its name. */
  groups: ReadonlyMap<string, readonly string[]>;
  /** Whom GITHUB_USERS names. @default nobody */
  mapped?: ReadonlySet<string>;
  /** Whom logins of GitHub stand for. */
  users: GithubUsers;
}
