import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { accessOf } from '../access/grants.ts';
import { isNotOf, isOwnName } from '../access/ownName.ts';
import { nameIn, readDirectory } from '../audit/directory.ts';
import { findTasksOutside } from '../bounds/withinBounds.ts';
import { type Bounds, boundsFor, type Decider, mayDo, type SamePerson } from '../input/viewer.ts';
import { asksForPeople } from '../plans/policy.ts';
import type { Store } from '../store.ts';
import type { OpenApproval } from './approval.ts';

/** What standing depends on. */
export type StandingSetting = Pick<Store, 'admins' | 'groupsOf'>;

/**
 * Adds to who decides what the server knows of that person where policies ask for people: the other names, and who has made
 * the person a delegate. Somebody counts as a delegate only of those who could decide about this task by their own role
 * now, and delegates of delegates do not exist.
 */
export async function withStanding(
  tx: Queryable,
  taskId: number,
  by: Decider,
  approval: OpenApproval | undefined,
  { admins = [], groupsOf }: StandingSetting,
): Promise<Decider> {
  if (approval === undefined) return by;
  const find: FindOutside = (bounds, ids) => findTasksOutside(tx, bounds, ids);
  const standings = await withStandings(tx, [{ taskId, policy: approval.policy }], by, {
    admins,
    groupsOf,
    find,
  });
  return standings.get(taskId) ?? by;
}

/**
 * The same for several approvals, by their tasks: with a number of statements that depends on who decides, and not on how
 * many there are. Those of which nothing is to be known are left out.
 */
export async function withStandings(
  tx: Queryable,
  approvals: readonly (Pick<OpenApproval, 'policy'> & { taskId: number })[],
  by: Decider,
  { admins = [], groupsOf, find }: StandingSetting & { find: FindOutside },
): Promise<Map<number, Decider>> {
  const wanted = approvals.filter(({ policy }) => asksForPeople(policy)).map(({ taskId }) => taskId);
  if (by.kind !== 'person' || wanted.length === 0) return new Map();
  const [me] = await tx.query(standingOf(by.person ?? null, identityKey(by.id)));
  if (me === undefined) return new Map();
  const known = { ...by, also: me.names };
  // Whom the proxy signs in has no roles here; it says itself who is an admin.
  const own = by.proof === 'proxy' ? new Set(wanted) : await mayApprove(me.grants, wanted, find);
  const directory = own.size === 0 ? new Map() : await readDirectory(tx, admins);
  const mayActFor = new Map<number, SamePerson[]>();
  for (const { label, names, grants, groups } of own.size === 0 ? [] : me.delegators) {
    const isListed = admins.length === 0 || admins.some((one) => isSame(nameIn(directory, one), label));
    if (!isListed) continue;
    const delegator = { id: label, also: names, groups: [...groups, ...(groupsOf?.(label) ?? [])] };
    for (const taskId of await mayApprove(grants, [...own], find))
      mayActFor.set(taskId, [...(mayActFor.get(taskId) ?? []), delegator]);
  }
  return new Map(
    wanted.map((id) => [id, own.has(id) ? { ...known, mayActFor: mayActFor.get(id) ?? [] } : known]),
  );
}

/** Finds those of the tasks that lie outside of bounds. */
type FindOutside = (bounds: Bounds | undefined, ids: readonly number[]) => Promise<{ id: number }[]>;

/** Gives those of several tasks that roles let somebody approve. */
async function mayApprove(
  grants: readonly string[],
  taskIds: readonly number[],
  find: FindOutside,
): Promise<Set<number>> {
  const { scopes, boundsBy } = accessOf(grants);
  if (!mayDo({ scopes }, 'approve')) return new Set();
  const outside = await find(boundsFor({ boundsBy }, 'approve'), taskIds);
  const left = new Set(outside.map(({ id }) => id));
  return new Set(taskIds.filter((id) => !left.has(id)));
}

/** A person who made another one a delegate. */
interface Delegator {
  label: string;
  names: string[];
  grants: string[];
  groups: string[];
}

/** The names by which policies may mean a person: its own, those of persons merged into it, and its logins of GitHub. */
const namesOf = (id: string) => `array(SELECT one.label FROM people one
    WHERE (one.id = ${id} OR one.merged_into = ${id}) AND one.label IS NOT NULL
  UNION SELECT one.identity_key FROM principals one
    WHERE one.person_id = ${id} AND one.kind = 'github' AND ${isOwnName('one', isNotOf(id))})`;

const ofPrincipals = (list: string, person = 'ann') =>
  `array(SELECT unnest(${list}) FROM principals WHERE principals.person_id = ${person}.id)`;

const standingOf = statement({
  name: 'standing_of',
  text: `SELECT ${namesOf('me.id')}::text[] AS names, me.grants || ${ofPrincipals('principals.grants', 'me')} AS grants, coalesce((SELECT jsonb_agg(jsonb_build_object('label', ann.label,
      'names', ${namesOf('ann.id')}, 'grants', ann.grants || ${ofPrincipals('principals.grants')},
      'groups', ${ofPrincipals('principals.groups')}) ORDER BY delegations.id)
    FROM delegations JOIN people ann ON ann.id = delegations.person_id
    WHERE delegate_id = me.id AND ended_at IS NULL AND until > clock_timestamp() AND me.removed_at IS NULL
      AND ann.removed_at IS NULL AND ann.forgotten_at IS NULL), '[]') AS delegators
    FROM (SELECT coalesce(merged_into, id) AS id FROM people
      WHERE CASE WHEN $1::int IS NULL THEN identity_key = $2::text ELSE id = $1 END) found
    JOIN people me ON me.id = found.id`,
  row: { names: col.list(col.text), grants: col.list(col.text), delegators: col.json<Delegator[]>() },
});
