import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import { withDefaults } from '../../contract/plan/policyRules.ts';
import type { KnownPeople } from '../input/people.ts';
import type { ApprovalPolicy } from '../plans/policy.ts';
import { isAboutPeople } from '../plans/policy.ts';
import { toPerson } from './people.ts';

/**
 * Says why nobody can ever meet a policy in this set-up, and what to set; nothing when it can be met. Who is excluded may
 * not approve: whoever started the run, and the author of the pull request.
 */
export function whyUnmeetable(
  policy: Partial<ApprovalPolicy>,
  people: KnownPeople | undefined,
  excluded: readonly string[] = [],
): string | undefined {
  const { approvers, alsoApprovers = [], escalateTo, required, onExpire } = withDefaults(policy);
  if (people === undefined || !isAboutPeople(policy)) return undefined;
  if (approvers.length + alsoApprovers.length === 0 && (people.anybody || people.logins)) return undefined;
  if (people.otherGroups && [...approvers, ...alsoApprovers].some(isGroup)) return undefined;
  const lists = [
    approvers.length === 0 ? [] : [...approvers, ...(onExpire === 'escalate' ? escalateTo : [])],
    alsoApprovers,
  ].filter((list) => list.length > 0);
  const [able, ...others] =
    lists.length === 0 ? [people.named] : lists.map((list) => membersOf(list, people));
  const none = new Set(policy.denySelf ? excluded.map(identityKey) : []);
  const isTooLittle = (one: string) => policy.risk === 'high' && people.onlyByLink?.has(one) === true;
  const left = [...(able ?? [])].filter(
    (one) => !none.has(one) && !isTooLittle(one) && others.every((list) => list.has(one)),
  );
  if (left.length >= required) return undefined;
  const who = people.onlyListed ? 'Only people in ADMIN_USERS' : 'Only people';
  const of = lists.map((list) => `, of ${list.join(', ')}`).join(' and');
  const found = left.length === 0 ? 'nobody' : `only ${left.join(', ')}`;
  const count = required === 1 ? '' : `: ${required} must approve, and ${found} can here`;
  return `${who} can approve this${of}${count}. ${advice([...approvers, ...alsoApprovers], people, policy.risk === 'high')}`;
}

/** The persons whom a list of viewers and groups names. */
function membersOf(named: readonly string[], people: KnownPeople): Set<string> {
  const members = named.flatMap((one) => {
    const [, group] = /^group:(.+)$/i.exec(one) ?? [];
    if (group === undefined) return [toPerson(one, people.users)];
    return [...people.groups].flatMap(([member, groups]) =>
      groups.some((name) => isSame(name, group)) ? [member] : [],
    );
  });
  return new Set(members.map(identityKey).filter((one) => canBePerson(one, people)));
}

function isGroup(one: string): boolean {
  return /^group:/i.test(one);
}

/** A proxy and an issuer name people by their addresses, GitHub by their logins. */
function canBePerson(one: string, { anybody, named, logins = false }: KnownPeople): boolean {
  return named.has(one) || (anybody && one.includes('@')) || (logins && one.startsWith('github:'));
}

function advice(approvers: readonly string[], people: KnownPeople, isRisky: boolean): string {
  const isEmpty = (group: string) => membersOf([group], people).size === 0;
  const empty = approvers.filter((one) => isGroup(one) && isEmpty(one));
  const groups = empty.length === 0 ? '' : ` No person is in ${empty.join(', ')} (APPROVER_GROUPS).`;
  if (approvers.length > 0 && people.anybody)
    return `Name people who can sign in here, by their email addresses.${groups}`;
  // The link of a mail is not enough where the risk is high.
  const mail = isRisky ? '' : ', NOTIFY_EMAILS';
  return `To let people decide here, set one of: OIDC_ISSUER, TRUSTED_PROXY, GITHUB_APP_CLIENT_ID, GITHUB_USERS (with GITHUB_TOKEN or the webhook)${mail}.${groups}`;
}
