import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import { roleFacts } from '../../contract/words/people.ts';
import type { Scope } from '../../contract/words/viewers.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { nameIn, readDirectory } from '../audit/directory.ts';
import { refuseBounded } from '../bounds/bounds.ts';
import { InvalidInputError, PersonRefusedError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { boundedByAdmins, readGrant } from './grants.ts';
import {
  changePeople,
  findPerson,
  isThat,
  nameOf,
  type Outcome,
  type PeopleStore,
  requirePerson,
  whyNoPerson,
} from './knownPerson.ts';
import { refusalOfLast } from './lastAdmin.ts';
import type { Person } from './person.ts';
import { faultOfName, type SetRoleInput } from './personInput.ts';
import { shutOut } from './shutOut.ts';

/**
 * Sets the roles that a person has by an admin's word, in place of those before. A name that nobody has yet makes the
 * person, who can then sign in; a removed person is let in again. Without roles nobody is made or let in.
 * @throws PersonRefusedError, InvalidInputError, OutOfBoundsError
 */
export async function setRole(
  store: PeopleStore,
  viewer: Viewer,
  input: SetRoleInput,
  via: DecisionVia = 'graphql',
): Promise<Person> {
  refuseBounded(boundsFor(viewer, 'admin'), 'change people');
  return changePeople(store, viewer, via, async (tx) => {
    const before = await findPerson(tx, input.person);
    const name = before ? nameOf(before) : String(input.person.name ?? input.person.id);
    const noPerson = whyNoPerson(viewer);
    const why = noPerson ? noPerson + bootstrapAdvice(name) : whyNotAgain(viewer, before);
    if (why !== undefined) return refused('set_role', name, `You cannot set the roles of ${name}: ${why}`);
    return giveRoles(tx, store, input, { viewer, before });
  });
}

/** Sets roles in the database itself, for whoever may write it. @throws InvalidInputError */
export function setRoleOf(store: PeopleStore, viewer: Viewer, input: SetRoleInput): Promise<Person> {
  return changePeople(store, viewer, 'cli', async (tx) =>
    giveRoles(tx, store, input, { viewer, before: await findPerson(tx, input.person) }),
  );
}

function bootstrapAdvice(name: string): string {
  return ` Sign in, or write it into the database: nightshift people role ${name} <role> --bootstrap`;
}

/** Who was found to be somebody else's second person is let in again by others alone. */
function whyNotAgain(viewer: Viewer, person: Person | undefined): string | undefined {
  if (person?.mergedInto == null || !isThat(viewer, person)) return undefined;
  return `that person was linked to ${person.mergedInto}, who is you. Another admin may undo that.`;
}

async function giveRoles(
  tx: Queryable,
  store: PeopleStore,
  input: SetRoleInput,
  { viewer, before }: { viewer: Viewer; before: Person | undefined },
): Promise<Outcome<Person>> {
  const { person: reference, grants, lastAdmin } = input;
  if (before === undefined) requireName(reference.name, grants);
  if (before?.state === 'forgotten')
    throw new InvalidInputError([
      { path: ['person'], message: 'expected a person who was not forgotten', type: 'forgotten' },
    ]);
  const name = before ? nameOf(before) : String(reference.name);
  await requireListed(tx, store, name, grants);
  const isAdmin = before?.grants.includes('admin') && !grants.includes('admin');
  const refusal =
    before && isAdmin && !lastAdmin ? await refusalOfLast(tx, store, before, 'demote') : undefined;
  if (refusal) return refused('set_role', name, refusal);
  const isBack = before?.state === 'removed' && grants.length > 0;
  // What was open when the person was removed does not come back.
  if (isBack) await shutOut(tx, before.id, viewer.id);
  const [person] = before
    ? await tx.query(updateRoles(before.id, grants, isBack))
    : await tx.query(insertWithRoles(name, grants, identityKey(name)));
  // Somebody has written the name down meanwhile.
  if (person === undefined)
    return giveRoles(tx, store, input, { viewer, before: await requirePerson(tx, input.person) });
  if (before && !grants.some(mayApprove)) await tx.query(endDelegationsOf(before.id));
  const from = before ? `${before.grants.join(', ') || 'no role'} → ` : '';
  const note = `${from}${grants.join(', ') || 'no role'}${isBack ? ' (let in again)' : ''}`;
  const isSame = before !== undefined && !isBack && sameSet(before.grants, grants);
  return {
    action: 'set_role',
    subject: name,
    note,
    isSame,
    result: await requirePerson(tx, { id: person.id, name: null }),
  };
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((grant) => other.includes(grant));
}

const mayApprove = (grant: string) => scopesOf(grant).includes('approve');

function scopesOf(grant: string): readonly Scope[] {
  const read = readGrant(grant);
  return read === undefined ? [] : roleFacts[read.role].scopes;
}

/** A person is made by a name that somebody can sign in with. */
function requireName(name: string | null, grants: readonly string[]): void {
  const fault =
    name === null
      ? 'expected a person that "nightshift people list" shows'
      : (faultOfName(name) ??
        (grants.length === 0 ? 'expected a known person where no role is given' : undefined));
  if (fault === undefined) return;
  const message = `${fault}, got ${name === null ? 'a number that nobody has' : JSON.stringify(name)}`;
  throw new InvalidInputError([{ path: ['person'], message, type: 'not_found' }]);
}

/** Where ADMIN_USERS lists people, a role that it would make void is not given. */
async function requireListed(
  tx: Queryable,
  { admins = [] }: PeopleStore,
  name: string,
  grants: readonly string[],
): Promise<void> {
  const directory = await readDirectory(tx, admins);
  if (admins.length === 0 || admins.some((one) => isSame(nameIn(directory, one), name))) return;
  const index = grants.findIndex((grant) => scopesOf(grant).some((scope) => boundedByAdmins.includes(scope)));
  if (index === -1) return;
  const message = `The role ${grants[index]} would give ${name} nothing: ADMIN_USERS on the server lists who may approve or be an admin, and ${name} is not among them. Add the name there first, or give the role viewer or operator`;
  throw new InvalidInputError([{ path: ['grants', index], message, type: 'not_listed' }]);
}

const insertWithRoles = statement({
  name: 'insert_with_roles',
  text: 'INSERT INTO people (label, grants, identity_key) VALUES ($1, $2::text[], $3) ON CONFLICT DO NOTHING RETURNING id',
  row: { id: col.int },
});

const updateRoles = statement({
  name: 'update_roles',
  text: `UPDATE people SET grants = $2::text[], removed_at = CASE WHEN $3 THEN NULL ELSE removed_at END,
      removed_by = CASE WHEN $3 THEN NULL ELSE removed_by END, merged_into = CASE WHEN $3 THEN NULL ELSE merged_into END
    WHERE id = $1 RETURNING id`,
  row: { id: col.int },
});

const endDelegationsOf = statement({
  name: 'end_delegations_of',
  text: `UPDATE delegations SET ended_at = clock_timestamp() WHERE person_id = $1 AND ended_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM principals, unnest(principals.grants) one
      WHERE principals.person_id = $1 AND split_part(one, '@', 1) IN ('approver', 'admin'))`,
});

function refused(action: Outcome<never>['action'], subject: string, message: string): Outcome<never> {
  return { action, subject, result: new PersonRefusedError(message) };
}
