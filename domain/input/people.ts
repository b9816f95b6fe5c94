import type { Viewer } from './viewer.ts';

/** The viewers that logins of the host stand for, by the login in lower case. */
export type GithubUsers = ReadonlyMap<string, string>;

/** Who a login of the host is here: a person, where somebody said whose it is. */
export function viewerOf(users: GithubUsers, login: string): Pick<Viewer, 'id' | 'kind' | 'proof'> {
  const person = users.get(login.toLowerCase());
  const who =
    person === undefined
      ? { id: `github:${login}`, kind: 'login' as const }
      : { id: person, kind: 'person' as const };
  return { ...who, proof: 'host' };
}

/** Who can be a person in a set-up. */
export interface KnownPeople {
  /** Whether a proxy signs people in of whom nobody has made a list. */
  anybody: boolean;
  /** Those who are known by name and have a way to decide, in lower case. */
  named: ReadonlySet<string>;
  /** Those of them who have nothing but the links of their mails, which is not enough where the risk is high. @default nobody */
  onlyByLink?: ReadonlySet<string>;
  /** Whether only those count whom ADMIN_USERS lists. */
  onlyListed: boolean;
  /** The groups of each member, in lower case. */
  groups: ReadonlyMap<string, readonly string[]>;
  /** Whom logins of GitHub stand for. */
  users: GithubUsers;
}
