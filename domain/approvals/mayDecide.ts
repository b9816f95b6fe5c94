import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import { waitsForAuthor } from '../../contract/pulls/pullReach.ts';
import type { DecisionAction } from '../../contract/words/decisions.ts';
import { type Directory, nameIn } from '../audit/directory.ts';
import { MayNotDecideError } from '../input/errors.ts';
import { type Decider, isOf, type SamePerson } from '../input/viewer.ts';
import { asksForPeople } from '../plans/policy.ts';
import type { Store } from '../store.ts';
import type { Task } from '../tasks/task.ts';
import type { OpenApproval } from './approval.ts';
import { whyNotForHighRisk } from './highRisk.ts';
import { isNamed, toPerson, whyNoPerson } from './people.ts';
import { refusalByHead } from './refusalByHead.ts';
import { refusalByShown } from './refusalByShown.ts';
import type { Shown } from './shown.ts';
import { whomActsFor } from './votes.ts';

/** What decisions are judged by, apart from the policy: whom and what this set-up knows. */
export type JudgeSetting = Pick<Store, 'githubUsers' | 'admins' | 'pullReach' | 'groupsOf'> & {
  /** Whose the addresses are that are named; see `readNamedPeople`. @default everybody has one */
  directory?: Directory;
};

/** A wish to decide, as it is judged. */
export interface JudgedWish extends Shown {
  id: number;
  action: DecisionAction;
  by: Decider;
}

/** Says why a decision is refused, because of what was shown or by the policy; undefined if it is allowed. Anyone who may decide may cancel. */
export function refusalOf(
  approval: OpenApproval,
  task: Pick<Task, 'outputsUri'>,
  wish: JudgedWish,
  setting: JudgeSetting,
): Error | undefined {
  return (
    refusalByShown(approval, task, wish) ??
    refusalOfDecider(approval, wish, setting) ??
    (wish.action === 'approve' ? refusalByHead(approval, wish, setting) : undefined)
  );
}

/** Says why a viewer may not make a decision, regardless of what was shown; undefined if it is allowed. */
export function refusalOfDecider(
  approval: OpenApproval,
  wish: JudgedWish,
  setting: JudgeSetting,
): Error | undefined {
  const refusal = refusalByAdmins(wish, setting);
  return refusal ?? (wish.action === 'cancel' ? undefined : refusalByPolicy(approval, wish, setting));
}

/** Where people are listed, nobody else decides, whichever way; the keys of the server itself are not people. */
export function refusalByAdmins(
  { id, by }: Pick<JudgedWish, 'id' | 'by'>,
  { admins = [], directory = new Map() }: JudgeSetting,
): Error | undefined {
  if (by.wasRemoved || (by.kind === 'person' && directory.get(identityKey(by.id))?.isGone))
    return new MayNotDecideError(id, `${by.id} was removed from this server.`);
  if (admins.length === 0 || by.kind === 'shared' || by.kind === 'system') return undefined;
  if (by.kind === 'person' && admins.some((one) => isSame(nameIn(directory, one), by.id))) return undefined;
  const why =
    by.kind === 'login'
      ? `only people in ADMIN_USERS may, and the server does not know who ${by.id} is. Add that login to GITHUB_USERS on the server.`
      : `only people in ADMIN_USERS may, and ${by.id} is not listed there.`;
  return new MayNotDecideError(id, why);
}

function refusalByPolicy(approval: OpenApproval, wish: JudgedWish, setting: JudgeSetting): Error | undefined {
  const { id, action, by } = wish;
  const isRisky = action === 'approve' && approval.policy.risk === 'high';
  const tooRisky = isRisky ? whyNotForHighRisk(by) : undefined;
  const refusal =
    refusalByNames(approval, wish, setting) ?? (tooRisky === undefined ? undefined : refusedBy(id, tooRisky));
  const isToBeAnother = action === 'approve' && approval.policy.denySelf;
  return refusal ?? (isToBeAnother ? refusalOfSelf(approval, wish, setting) : undefined);
}

/** Whoever may decide at all may cancel, whatever the policy. */
function refusedBy(id: number, why: string): MayNotDecideError {
  return new MayNotDecideError(id, `${why} To end it without a decision, run: nightshift cancel ${id}`);
}

/** Gives the person for whom a decision is made that was allowed to a delegate; undefined where it is the viewer's own. */
export function actingForOf(
  approval: OpenApproval,
  wish: JudgedWish,
  setting: JudgeSetting,
): string | undefined {
  return wish.action === 'cancel' ? undefined : delegatorOf(approval, wish, setting)?.id;
}

/** A delegate decides nothing for somebody whose own work it is. */
function delegatorOf(
  approval: OpenApproval,
  wish: JudgedWish,
  setting: JudgeSetting,
): SamePerson | undefined {
  const isToBeAnother = wish.action === 'approve' && approval.policy.denySelf;
  const lists = listsOf(approval).filter((list) => list.length > 0);
  const users = setting.githubUsers ?? new Map();
  return whomActsFor(
    approval,
    lists,
    wish.by,
    { users, directory: setting.directory },
    (one) => isToBeAnother && refusalOfSelf(approval, { ...wish, by: one }, setting) !== undefined,
  );
}

/** The people whom the plan and the server name; of each list one must decide, and an empty one asks for nobody. */
export function listsOf({
  policy,
  escalated,
}: OpenApproval): [named: readonly string[], floor: readonly string[]] {
  const named =
    policy.approvers.length === 0 ? [] : [...policy.approvers, ...(escalated ? policy.escalateTo : [])];
  return [named, policy.alsoApprovers ?? []];
}

/** Who may decide is said by the plan and by the server; where both name people, both must have named somebody. */
function refusalByNames(approval: OpenApproval, wish: JudgedWish, setting: JudgeSetting): Error | undefined {
  const { policy } = approval;
  const { id, action, by } = wish;
  const { githubUsers: users = new Map(), directory } = setting;
  const [named, floor] = listsOf(approval);
  const isLimited = named.length > 0;
  // One reject ends the wait, so that whoever may decide at all may; where some are named, it is theirs as well.
  const isOfPeople = asksForPeople(policy) && (action === 'approve' || isLimited || floor.length > 0);
  const noPerson = isOfPeople ? whyNoPerson(by) : undefined;
  const only = isLimited ? ` Only ${named.join(', ')} may ${action} it.` : '';
  if (noPerson) return refusedBy(id, noPerson + only);
  if (delegatorOf(approval, wish, setting)) return undefined;
  if (isLimited && !isNamed(named, by, users, directory))
    return refusedBy(id, `only ${named.join(', ')} may ${action} it, not ${by.id}.`);
  if (floor.length > 0 && !isNamed(floor, by, users, directory))
    return refusedBy(id, `this server demands one of ${floor.join(', ')} (APPROVAL_FLOOR), not ${by.id}.`);
  return undefined;
}

/** Says why somebody may not approve their own work. */
function refusalOfSelf(
  { policy, author, authorId, head, startedBy, pull, escalated }: OpenApproval,
  { id, by }: { id: number; by: SamePerson },
  { githubUsers: users = new Map(), pullReach, directory = new Map() }: JudgeSetting,
): Error | undefined {
  const named = [...policy.approvers, ...(escalated ? policy.escalateTo : [])];
  const only = policy.approvers.length > 0 ? ` Only ${named.join(', ')} may approve it.` : '';
  if (startedBy !== null && isOf(by, nameIn(directory, startedBy)))
    return refusedBy(id, `${by.id} started its run, so someone else must approve it.${only}`);
  // Of one that was heard of without an author the account is gone.
  if (author === null && head === null && waitsForAuthor(pull, pullReach))
    return new MayNotDecideError(
      id,
      'the author of its pull request may not approve it, and is not known yet. The server learns who it is from its first check or event of the pull request: try again then.',
    );
  const login = identityKey(author ?? '');
  // The account may have had another login, or its login be mapped since.
  const authors =
    author === null
      ? []
      : [
          `github:${author}`,
          users.get(login, authorId) ?? '',
          toPerson(`github:${author}`, users, directory),
        ];
  if (authors.some((one) => isOf(by, one)))
    return refusedBy(id, `${by.id} wrote its pull request, so someone else must approve it.${only}`);
  return undefined;
}
