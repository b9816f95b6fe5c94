import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import { withDefaults } from '../../contract/plan/policyRules.ts';
import type { KnownPeople } from '../input/people.ts';
import type { ApprovalPolicy } from '../plans/policy.ts';
import { isAboutPeople } from '../plans/policy.ts';
import type { KnownNames } from './knownNames.ts';
import { toPerson } from './people.ts';

/**
 * Says why nobody can ever meet a policy in this set-up, and what to set; nothing when it can be met. People count by the
 * rules of a decision: by all their names as one, and not where they were removed. Who is excluded may not approve: whoever
 * started the run, and the author of the pull request.
 */
export function whyUnmeetable(
  policy: Partial<ApprovalPolicy>,
  people: KnownPeople | undefined,
  names: KnownNames = { directory: new Map(), users: people?.users ?? new Map() },
  excluded: readonly string[] = [],
): string | undefined {
  const { approvers, alsoApprovers = [], escalateTo, required, onExpire } = withDefaults(policy);
  if (people === undefined || !isAboutPeople(policy)) return undefined;
  if (approvers.length + alsoApprovers.length === 0 && (people.anybody || people.logins)) return undefined;
  const lists = [
    approvers.length === 0 ? [] : [...approvers, ...(onExpire === 'escalate' ? escalateTo : [])],
    alsoApprovers,
  ].filter((list) => list.length > 0);
  const known = lists.filter((list) => !people.otherGroups || !list.some(isGroup));
  // Of a group whose members nobody knows may be whoever can decide.
  if (lists.length > 0 && known.length === 0) return undefined;
  const here = personsHere(people, names);
  const sets = known.map((list) => membersOf(list, here));
  const [able = whoCan([...people.named, ...people.admins], here), ...others] = sets;
  const none = new Set(policy.denySelf ? excluded.map((one) => personOf(one, names)) : []);
  const isTooLittle = (one: string) => policy.risk === 'high' && here.byLink.has(one);
  const left = [...able].filter(
    (one) => !none.has(one) && !isTooLittle(one) && others.every((list) => list.has(one)),
  );
  if (left.length >= required) return undefined;
  const who = people.admins.length > 0 ? 'Only people in ADMIN_USERS' : 'Only people';
  const of = lists.length === 0 ? '' : `, of ${lists.map((list) => list.join(', ')).join(', and of ')}`;
  const found = left.length === 0 ? 'nobody' : `only ${left.join(', ')}`;
  const count = required === 1 ? '' : `: ${required} must approve, and ${found} can here`;
  return `${who} can approve this${of}${count}. ${advice([...approvers, ...alsoApprovers], here, policy.risk === 'high')}`;
}

/** Whom a set-up knows, and who they are: each person by the one name, as it is compared. */
interface Here {
  people: KnownPeople;
  names: KnownNames;
  named: ReadonlySet<string>;
  admins: ReadonlySet<string>;
  /** Those who have nothing but the links of their mails. */
  byLink: ReadonlySet<string>;
}

function personsHere(people: KnownPeople, names: KnownNames): Here {
  const persons = (list: Iterable<string>) => new Set([...list].map((one) => personOf(one, names)));
  const { named, admins, onlyByLink = new Set() } = people;
  const otherwise = persons([...named].filter((one) => !onlyByLink.has(one)));
  const byLink = [...persons(onlyByLink)].filter(
    (one) => !otherwise.has(one) && !hasAccount(one, { people, names }),
  );
  return { people, names, named: persons(named), admins: persons(admins), byLink: new Set(byLink) };
}

/** The one name of whoever is named so, as it is compared. */
function personOf(name: string, { users, directory }: KnownNames): string {
  return identityKey(toPerson(name, users, directory));
}

/** Whoever has an account of GitHub comes by that, whatever their name. */
function hasAccount(person: string, { people, names }: Pick<Here, 'people' | 'names'>): boolean {
  return people.byGithub === true && names.users.hasAccount?.(person) === true;
}

/** The persons whom a list of viewers and groups names, and who can decide here. */
function membersOf(list: readonly string[], here: Here): Set<string> {
  const members = list.flatMap((one) => {
    const [, group] = /^group:(.+)$/i.exec(one) ?? [];
    if (group === undefined) return [one];
    return [...here.people.groups].flatMap(([member, groups]) =>
      groups.some((name) => isSame(name, group)) ? [member] : [],
    );
  });
  return whoCan(members, here);
}

function whoCan(list: readonly string[], here: Here): Set<string> {
  return new Set(list.map((one) => personOf(one, here.names)).filter((one) => canDecide(one, here)));
}

/** Says whether somebody can decide as a person: is listed, where people are, was not removed, and has a way to come. */
function canDecide(person: string, here: Here): boolean {
  const { people, names, named, admins } = here;
  if (names.directory.get(person)?.isGone) return false;
  if (admins.size > 0 && !admins.has(person)) return false;
  return (
    named.has(person) ||
    // A proxy and an issuer name people by their addresses, GitHub by their logins.
    (people.anybody && person.includes('@')) ||
    (people.logins === true && person.startsWith('github:')) ||
    hasAccount(person, here)
  );
}

function isGroup(one: string): boolean {
  return /^group:/i.test(one);
}

function advice(approvers: readonly string[], here: Here, isRisky: boolean): string {
  const { people } = here;
  const isEmpty = (group: string) => membersOf([group], here).size === 0;
  const empty = approvers.filter((one) => !people.otherGroups && isGroup(one) && isEmpty(one));
  const groups = empty.length === 0 ? '' : ` No person is in ${empty.join(', ')} (APPROVER_GROUPS).`;
  if (approvers.length > 0 && people.anybody)
    return `Name people who can sign in here, by their email addresses.${groups}`;
  // The link of a mail is not enough where the risk is high.
  const mail = isRisky ? '' : ', NOTIFY_EMAILS';
  return `To let people decide here, set one of: OIDC_ISSUER, TRUSTED_PROXY, GITHUB_APP_CLIENT_ID, GITHUB_USERS (with GITHUB_TOKEN or the webhook)${mail}.${groups}`;
}
