import { identityKey } from '../../contract/people/identityKey.ts';
import type { DecisionAction } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { type Directory, nameIn, readDirectory, recogniseIn } from '../audit/directory.ts';
import { seeTasksOutside } from '../bounds/withinBounds.ts';
import { MayNotDecideError } from '../input/errors.ts';
import { boundsFor, type Decider, isOf } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { type Approval, type OpenApproval, readOpenApprovals } from './approval.ts';
import { actingForOf, type JudgedWish, type JudgeSetting, listsOf, refusalOf } from './mayDecide.ts';
import { peopleNamed, peopleOfMakers } from './namedPeople.ts';
import { toPerson } from './people.ts';
import { withStandings } from './standing.ts';
import { isEnough } from './votes.ts';

/** What a viewer may do about an approval now, and who else may. */
export interface DecisionRights {
  /** Why the viewer may not approve, reject or cancel; null where it may. */
  whyNot: Record<DecisionAction, string | null>;
  /** Whether the viewer has approved already, so that approving again changes nothing. */
  hasVoted: boolean;
  /** Whether the approval of the viewer would be the last that is needed. */
  isLast: boolean;
  /** The person for whom the viewer would approve as a delegate. */
  actingFor: string | null;
  /** Whether the viewer could approve after signing in again. */
  needsFreshSignIn: boolean;
  /** How many more have to approve. */
  missing: number;
  /** Who of the people and groups that the policy names may still approve. */
  stillMay: string[];
}

/** An approval of which somebody wants to know what they may do. */
type Asked = Pick<Approval, 'taskId' | 'state'>;

/** What rights depend on. */
type RightsStore = Pick<Store, 'db' | 'githubUsers' | 'admins' | 'pullReach' | 'groupsOf'>;

/**
 * Says what a viewer with the scope to decide may do about several approvals, in their order: by the same rules as
 * `decideTask`, for one who names the approval and the head commit as the API shows them. The number of statements does not
 * depend on how many there are.
 */
export async function readRights(
  store: RightsStore,
  viewer: Decider,
  approvals: readonly Asked[],
): Promise<DecisionRights[]> {
  const { db } = store;
  const pending = approvals.filter(({ state }) => state === 'pending').map(({ taskId }) => taskId);
  const open = await readOpen(db, pending);
  const directory = await readEverybody(store, [...open.values()], viewer);
  const by = recogniseIn(judgingDirectory(viewer, directory), viewer, store.groupsOf);
  const outside = new Map(
    (await seeTasksOutside(db, boundsFor(by, 'approve'), [...open.keys()])).map(({ id, refusal }) => [
      id,
      refusal.message,
    ]),
  );
  const standings = await withStandings(
    db,
    [...open].map(([taskId, { policy }]) => ({ taskId, policy })),
    by,
    { ...store, find: (bounds, ids) => seeTasksOutside(db, bounds, ids) },
  );
  return approvals.map(({ taskId, state }) => {
    const approval = open.get(taskId);
    if (approval === undefined) return ended(state);
    const rights = rightsOf(approval, taskId, standings.get(taskId) ?? by, { ...store, directory });
    const why = outside.get(taskId);
    return why === undefined ? rights : { ...rights, ...nothingFor(why) };
  });
}

async function readOpen(db: Queryable, taskIds: readonly number[]): Promise<Map<number, OpenApproval>> {
  if (taskIds.length === 0) return new Map();
  const found = await readOpenApprovals(db, taskIds);
  return new Map(
    taskIds.flatMap((id, index): [number, OpenApproval][] => {
      const approval = found[index];
      return approval ? [[id, approval]] : [];
    }),
  );
}

/** Reads who everybody is who is named, with one statement. */
function readEverybody(
  { db, githubUsers, admins = [] }: RightsStore,
  approvals: readonly OpenApproval[],
  viewer: Decider,
): Promise<Directory> {
  const named = approvals.flatMap((one) => [
    ...peopleNamed(one.policy, githubUsers),
    ...peopleOfMakers(one, githubUsers),
  ]);
  const self = viewer.kind === 'person' ? [viewer.id] : [];
  return readDirectory(db, [...new Set([...self, ...named, ...admins])]);
}

/** Whoever is no person is judged by the name alone, as in a decision. */
function judgingDirectory({ kind }: Pick<Decider, 'kind'>, directory: Directory): Directory {
  return kind === 'person' ? directory : new Map();
}

/** Judges one approval that has not ended. */
function rightsOf(
  given: OpenApproval,
  id: number,
  by: Decider,
  setting: JudgeSetting & { directory: Directory },
): DecisionRights {
  const judged = { ...setting, directory: judgingDirectory(by, setting.directory) };
  const approval = asOfNow(given);
  const hasVoted = approval.voters.some((voter) => isOf(by, voter));
  const wish = (action: DecisionAction): JudgedWish => ({
    id,
    action,
    by,
    approvalId: approval.id,
    expectedHeadSha: approval.head ?? '',
  });
  const refusal = (action: DecisionAction, who = by) =>
    refusalOf(approval, { outputsUri: null }, { ...wish(action), by: who }, judged);
  const isOver = approval.overdue ? 'its time is over' : null;
  const whyNot = (action: DecisionAction) => isOver ?? whyOf(refusal(action));
  const actingFor = actingForOf(approval, wish('approve'), judged);
  const mayApprove = hasVoted || refusal('approve') === undefined;
  const rights: DecisionRights = {
    whyNot: {
      approve: hasVoted ? isOver : whyNot('approve'),
      reject: whyNot('reject'),
      cancel: whyNot('cancel'),
    },
    hasVoted,
    isLast: mayApprove && !hasVoted && isEnough(approval, by, actingFor),
    actingFor: (mayApprove && !hasVoted && actingFor) || null,
    needsFreshSignIn: !mayApprove && isOver === null && refusal('approve', signedInNow(by)) === undefined,
    missing: Math.max(0, approval.policy.required - new Set(approval.counted.map(identityKey)).size),
    stillMay: whoStillMay(approval, setting),
  };
  return rights;
}

/** Who was escalated to may decide from the moment of the expiry, whenever that is noticed. */
function asOfNow(approval: OpenApproval): OpenApproval {
  const isEscalating = approval.overdue && approval.policy.onExpire === 'escalate' && !approval.escalated;
  return isEscalating ? { ...approval, overdue: false, escalated: true } : approval;
}

/** The same viewer right after a sign-in; what GitHub signs in never proves when that was. */
function signedInNow(by: Decider): Decider {
  if (by.session?.client !== 'browser' || by.proof === 'github') return by;
  return { ...by, session: { ...by.session, provedAt: Date.now() } };
}

/** Names of policy and server of people who have not approved, and whose own work it is not. */
function whoStillMay(
  approval: OpenApproval,
  { githubUsers: users, directory }: JudgeSetting & { directory: Directory },
): string[] {
  const lists = listsOf(approval).filter((list) => list.length > 0);
  const makers = approval.policy.denySelf
    ? peopleOfMakers(approval, users).map((one) => nameIn(directory, one))
    : [];
  const others = [...approval.voters, ...approval.counted, ...makers];
  return [...new Set(lists.flat())].filter(
    (one) => !others.some((other) => isOf({ id: toPerson(one, users ?? new Map(), directory) }, other)),
  );
}

function whyOf(refusal: Error | undefined): string | null {
  if (refusal === undefined) return null;
  return refusal instanceof MayNotDecideError ? refusal.why : refusal.message;
}

function nothingFor(
  why: string,
): Pick<DecisionRights, 'whyNot' | 'isLast' | 'actingFor' | 'needsFreshSignIn'> {
  return {
    whyNot: { approve: why, reject: why, cancel: why },
    isLast: false,
    actingFor: null,
    needsFreshSignIn: false,
  };
}

function ended(state: Approval['state']): DecisionRights {
  const why = state === 'pending' ? 'it was decided just now' : `it is already ${state}`;
  return { ...nothingFor(why), hasVoted: false, missing: 0, stillMay: [] };
}

/** Rights of somebody who lacks the scope to decide. */
export function rightsWithoutScope(rights: DecisionRights, why: string): DecisionRights {
  return { ...rights, ...nothingFor(why) };
}
