import type * as z from 'zod';
import { isSame } from '../../contract/people/identityKey.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { nameIn, readDirectory } from '../audit/directory.ts';
import { refuseBounded } from '../bounds/bounds.ts';
import { InvalidInputError, PersonRefusedError } from '../input/errors.ts';
import { mayDo, type Viewer } from '../input/viewer.ts';
import { type Delegation, delegationRow, selectDelegation } from './delegation.ts';
import { accessOf } from './grants.ts';
import {
  changePeople,
  findPerson,
  nameOf,
  type Outcome,
  type PeopleStore,
  requirePerson,
  whyNoPerson,
} from './knownPerson.ts';
import { refuseProgramOfPerson } from './ownKeys.ts';
import { type Person, readPrincipals } from './person.ts';
import type { delegateInput, endDelegationInput } from './personInput.ts';

const dayMs = 86_400_000;
/** For so long at most somebody decides for somebody else. */
export const maxDelegationDays = 90;

/**
 * Lets another approver decide for the viewer until a time; the vote is the delegate's own. To the same person again sets
 * the time anew.
 * @throws PersonRefusedError, InvalidInputError, OutOfBoundsError
 */
export async function delegate(
  store: PeopleStore,
  viewer: Viewer,
  { to, until }: z.output<typeof delegateInput>,
  via: DecisionVia = 'graphql',
): Promise<Delegation> {
  refuseProgramOfPerson(viewer, 'name a delegate');
  refuseBounded(viewer.bounds, 'name a delegate');
  return changePeople(
    store,
    viewer,
    via,
    async (tx) => {
      const from = await knownPersonOf(tx, viewer);
      const delegated = await requirePerson(tx, to, 'to');
      const subject = nameOf(delegated);
      const noPerson = whyNoPerson(viewer);
      if (noPerson) return refused(subject, `You cannot name a delegate: ${noPerson}`);
      if (from === undefined)
        return refused(
          subject,
          `You cannot name a delegate: the server knows no person ${viewer.id}. Sign in once, or ask an admin: nightshift people role ${viewer.id} approver`,
        );
      if (from.id === delegated.id) throw invalid('to', 'expected another person than you', 'self');
      await requireApprover(tx, store, delegated);
      requireTime(until);
      await tx.query(endPair(from.id, delegated.id));
      const [made] = await tx.query(insertDelegation(from.id, delegated.id, until));
      const note = `decides for person:${from.id} until ${until}`;
      return { action: 'delegate', subject, note, result: await readOne(tx, made?.id ?? 0) };
    },
    'approve',
  );
}

/**
 * Ends that somebody decides for the viewer, or for somebody else where an admin asks. Again is the same.
 * @throws PersonRefusedError, InvalidInputError where there never was one, OutOfBoundsError
 */
export async function endDelegation(
  store: PeopleStore,
  viewer: Viewer,
  { to, from: given }: z.output<typeof endDelegationInput>,
  via: DecisionVia = 'graphql',
): Promise<Delegation> {
  refuseProgramOfPerson(viewer, 'end what a delegate may');
  refuseBounded(viewer.bounds, 'end what a delegate may');
  return changePeople(
    store,
    viewer,
    via,
    async (tx) => {
      const delegated = await requirePerson(tx, to, 'to');
      const own = await knownPersonOf(tx, viewer);
      const from = given ? await requirePerson(tx, given, 'from') : own;
      const subject = nameOf(delegated);
      if (from === undefined)
        return refused(subject, `The server knows no person ${viewer.id}, so nobody decides for you.`);
      if (from.id !== own?.id && !mayDo(viewer, 'admin'))
        return refused(subject, `Only ${nameOf(from)} or an admin may end this.`);
      const ended = await tx.query(endPair(from.id, delegated.id));
      const [last] = await tx.query(lastOfPair(from.id, delegated.id));
      if (last === undefined)
        throw invalid(
          'to',
          `expected somebody who decides for ${nameOf(from)}, got ${JSON.stringify(subject)}`,
          'not_found',
        );
      const note = `no longer decides for person:${from.id}`;
      return { action: 'delegate', subject, note, isSame: ended.length === 0, result: last };
    },
    'approve',
  );
}

/** The person that a viewer is: a user of the proxy is known by the name alone. */
async function knownPersonOf(tx: Queryable, { person, id, kind }: Viewer): Promise<Person | undefined> {
  if (kind !== 'person') return undefined;
  return findPerson(tx, person === undefined ? { id: null, name: id } : { id: person, name: null });
}

/** A delegate decides with a role of its own. */
async function requireApprover(tx: Queryable, { admins = [] }: PeopleStore, person: Person): Promise<void> {
  const name = nameOf(person);
  if (person.state === 'removed' || person.state === 'forgotten')
    throw invalid(
      'to',
      `expected a person who may come in, got ${JSON.stringify(name)}, who was ${person.state}`,
      'removed',
    );
  const [principals = []] = await readPrincipals(tx, [person.id]);
  const grants = [...person.grants, ...principals.flatMap((one) => one.grants)];
  const directory = await readDirectory(tx, admins);
  const isListed = admins.length === 0 || admins.some((one) => isSame(nameIn(directory, one), name));
  if (isListed && mayDo(accessOf(grants), 'approve')) return;
  throw invalid(
    'to',
    `expected a person with the role approver, got ${JSON.stringify(name)}, who has none. Ask an admin to give it`,
    'no_approver',
  );
}

function requireTime(until: string): void {
  const left = Date.parse(until) - Date.now();
  if (left > 0 && left <= maxDelegationDays * dayMs) return;
  throw invalid(
    'until',
    `expected a time within the next ${maxDelegationDays} days, got ${until}`,
    'out_of_range',
  );
}

function invalid(path: string, message: string, type: string): InvalidInputError {
  return new InvalidInputError([{ path: [path], message, type }]);
}

function refused(subject: string, message: string): Outcome<never> {
  return { action: 'delegate', subject, result: new PersonRefusedError(message) };
}

async function readOne(tx: Queryable, id: number): Promise<Delegation> {
  const [found] = await tx.query(delegationById(id));
  if (found === undefined) throw new Error(`The delegation ${id} is gone.`);
  return found;
}

const delegationById = statement({
  name: 'delegation_by_id',
  text: `${selectDelegation} WHERE delegations.id = $1`,
  row: delegationRow,
});

const lastOfPair = statement({
  name: 'last_delegation_of_pair',
  text: `${selectDelegation} WHERE person_id = $1 AND delegate_id = $2 ORDER BY delegations.id DESC LIMIT 1`,
  row: delegationRow,
});

const insertDelegation = statement({
  name: 'insert_delegation',
  text: 'INSERT INTO delegations (person_id, delegate_id, until) VALUES ($1, $2, $3::timestamptz) RETURNING id',
  row: { id: col.int },
});

const endPair = statement({
  name: 'end_delegation',
  text: `UPDATE delegations SET ended_at = clock_timestamp() WHERE person_id = $1 AND delegate_id = $2 AND ended_at IS NULL
    RETURNING id`,
  row: { id: col.int },
});
