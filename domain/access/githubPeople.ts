import { identityKey } from '../../contract/people/identityKey.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { GithubUsers } from '../input/people.ts';
import { isNotOf, isOwnName } from './ownName.ts';
import { isLoginName } from './renamed.ts';
import { maxSessionMs } from './sessions.ts';

/** What tells whom accounts of one GitHub stand for. */
export interface GithubPeopleSetting {
  /** Its address, e.g. `https://github.com`. */
  issuer: string;
  /** Whom logins stand for by the settings; by the login as it is compared. */
  mapped: GithubUsers;
  /** Whether accounts count only for people who are known otherwise. */
  isBesideIssuer: boolean;
}

/** The people behind accounts of one GitHub: by the number of an account that has signed in here, else by the settings. */
export interface GithubPeople extends GithubUsers {
  /** The teams of somebody, by the name that policies use, for as long as a sign-in lasts. */
  groupsOf(name: string): readonly string[];
  /** Reads them again. */
  refresh(): Promise<void>;
}

/** Makes what knows the people behind accounts of GitHub; to be refreshed before it is asked. */
export function knowGithubPeople(
  db: Queryable,
  { issuer, mapped, isBesideIssuer }: GithubPeopleSetting,
): GithubPeople {
  let byNumber = new Map<string, Account>();
  let byLogin = new Map<string, Account>();
  let groups = new Map<string, Account>();
  let named = new Set<string>();
  return {
    get(login, id) {
      const key = identityKey(login);
      // A login may be somebody else's by now, a number never is.
      const holder = byLogin.get(key);
      const account = id == null ? holder : byNumber.get(String(id));
      if (account === undefined) return holder === undefined ? mapped.get(key) : undefined;
      if (account.name === null) return undefined;
      return nameOf(account);
    },
    isGone(login, id) {
      const account = id == null ? byLogin.get(identityKey(login)) : byNumber.get(String(id));
      return account?.isGone ?? false;
    },
    hasAccount: (name) => named.has(identityKey(name)),
    groupsOf: (name) => groups.get(identityKey(name))?.groups ?? [],
    async refresh() {
      const accounts = await db.query(githubAccounts(issuer, maxSessionMs));
      byNumber = new Map(accounts.map((one) => [one.subject, one]));
      // A login that was somebody else's, or is of two accounts, says of nobody whose it is.
      byLogin = new Map(accounts.filter(({ isOwn }) => isOwn).map((one) => [identityKey(one.login), one]));
      groups = new Map(accounts.map((one) => [identityKey(one.name ?? ''), one]));
      named = new Set(accounts.map((one) => identityKey(nameOf(one) ?? '')));
      named.delete('');
    },
  };

  function nameOf({ name, isLinked }: Account): string | undefined {
    return isBesideIssuer && !isLinked && isLoginName(name) ? undefined : (name ?? undefined);
  }
}

interface Account {
  subject: string;
  login: string;
  /** How policies name its person; null while it is nobody's, or its person was removed. */
  name: string | null;
  isLinked: boolean;
  isGone: boolean;
  /** Whether nobody else is, or was, known by its login. */
  isOwn: boolean;
  groups: string[];
}

const githubAccounts = statement({
  name: 'github_accounts',
  text: `SELECT subject, principals.label AS login, linked_by IS NOT NULL AS "isLinked",
      coalesce(removed_at IS NOT NULL OR forgotten_at IS NOT NULL, false) AS "isGone", ${isOwnName('principals', isNotOf('principals.person_id'))} AS "isOwn",
      CASE WHEN removed_at IS NULL AND forgotten_at IS NULL THEN people.label END AS name,
      CASE WHEN principals.signed_in_at > clock_timestamp() - $2::float8 * interval '1 millisecond' THEN groups ELSE '{}' END AS groups
    FROM principals LEFT JOIN people ON people.id = person_id
    WHERE kind = 'github' AND issuer = $1 ORDER BY principals.signed_in_at NULLS FIRST, principals.id`,
  row: {
    subject: col.text,
    login: col.text,
    isLinked: col.bool,
    isGone: col.bool,
    isOwn: col.bool,
    name: col.text.orNull,
    groups: col.list(col.text),
  },
});
