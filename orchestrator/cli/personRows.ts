import type { Person, Principal } from '../../client/index.ts';
import { wordOf } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { narrowDetail, narrowName, narrowTime, narrowWrapped } from './narrowing.ts';
import type { Printer } from './output.ts';

type Granted = Pick<Person, 'grants'>;

/** How people are listed. */
export const personRows: Printer<Person> = {
  empty: 'No people. Let somebody in with: nightshift people role ann@example.org operator',
  columns: [
    { head: 'PERSON', show: nameOf, narrow: narrowName },
    { head: 'STATE', show: ({ state }) => wordOf(state) },
    { head: 'ROLES', show: rolesOf, narrow: narrowWrapped },
    { head: 'ACCOUNTS', show: accountsOf, narrow: narrowWrapped },
    { head: 'SIGNED IN', show: ({ signedInAt }) => showTime(signedInAt), narrow: narrowTime },
    { head: 'SESSIONS', show: ({ sessionCount }) => String(sessionCount), narrow: narrowDetail },
    { head: 'KEYS', show: ({ keyCount }) => String(keyCount), narrow: narrowDetail },
  ],
  fields: {
    id: ({ databaseId }) => databaseId,
    name: ({ label }) => label,
    state: ({ state }) => wordOf(state),
    roles: (person) => rolesGiven(person),
    accounts: ({ principals }) => principals.map(accountRecord),
    delegates: ({ delegates }) => delegates.map(({ delegate, until }) => ({ name: delegate, until })),
    keys: ({ keyCount }) => keyCount,
    sessions: ({ sessionCount }) => sessionCount,
    created_at: ({ createdAt }) => createdAt,
    signed_in_at: ({ signedInAt }) => signedInAt,
    removed_at: ({ removedAt }) => removedAt,
    removed_by: ({ removedBy }) => removedBy,
    linked_to: ({ mergedInto }) => mergedInto,
  },
};

/** How accounts are listed that wait to be linked. */
export const waitingRows: Printer<Principal> = {
  empty: 'No account waits to be linked.',
  columns: [
    { head: 'ACCOUNT', show: ({ databaseId }) => String(databaseId) },
    { head: 'ADDRESS OR LOGIN', show: addressOrLogin, narrow: narrowName },
    { head: 'LIKELY PERSON', show: ({ likelyPerson }) => likelyPerson ?? '', narrow: narrowName },
    { head: 'KIND', show: ({ kind }) => wordOf(kind) },
    { head: 'ISSUER', show: ({ issuer }) => issuer, narrow: narrowWrapped },
    { head: 'SUBJECT', show: ({ subject }) => subject, narrow: narrowWrapped },
    { head: 'FIRST CAME', show: ({ createdAt }) => showTime(createdAt), narrow: narrowTime },
  ],
  fields: {
    account: ({ databaseId }) => databaseId,
    name: ({ label }) => label,
    kind: ({ kind }) => wordOf(kind),
    issuer: ({ issuer }) => issuer,
    subject: ({ subject }) => subject,
    created_at: ({ createdAt }) => createdAt,
    address: ({ address }) => address,
    likely_person: ({ likelyPerson }) => likelyPerson,
  },
};

/** An account without either is shown by its subject alone. */
function addressOrLogin({ kind, label, address }: Principal): string {
  return kind === 'GITHUB' ? label : (address ?? '');
}

/** How a person is named on the command line. */
export function nameOf({ label, databaseId }: Pick<Person, 'label' | 'databaseId'>): string {
  return label ?? `#${databaseId}`;
}

/** Writes roles as the command line reads them: `operator`, or `approver@acme/site` for one project. */
export function rolesGiven({ grants }: Granted): string[] {
  return grants.map(({ role, project }) => (project === null ? wordOf(role) : `${wordOf(role)}@${project}`));
}

/** The roles that an admin gave, and in brackets what rules of the issuer add. */
function rolesOf({ principals, ...person }: Person): string {
  const given = rolesGiven(person);
  const byRules = new Set(principals.flatMap(rolesGiven));
  return [...given, ...[...byRules].filter((role) => !given.includes(role)).map((role) => `(${role})`)].join(
    ', ',
  );
}

function accountsOf({ principals }: Person): string {
  return principals.map(({ databaseId, kind, label }) => `${databaseId} ${wordOf(kind)} ${label}`).join('; ');
}

function accountRecord({ databaseId, kind, issuer, subject, label, groups, ...principal }: Principal) {
  const roles = rolesGiven(principal);
  return { account: databaseId, kind: wordOf(kind), issuer, subject, name: label, roles, groups };
}
