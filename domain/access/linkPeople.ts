import type * as z from 'zod';
import { isSame } from '../../contract/people/identityKey.ts';
import type { DecisionVia, RecordedAction } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { refuseBounded } from '../bounds/bounds.ts';
import { InvalidInputError, PersonRefusedError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { endMadeSinceLinked } from './endLinked.ts';
import {
  accountOf,
  changePeople,
  findPerson,
  isThat,
  nameOf,
  type PeopleStore,
  requirePerson,
  requirePrincipal,
  whyNoPerson,
} from './knownPerson.ts';
import { principalToLink } from './linkedAddress.ts';
import type { Person, Principal } from './person.ts';
import type { linkPersonInput, unlinkPersonInput } from './personInput.ts';
import { shutOut } from './shutOut.ts';

/**
 * Makes an account or an address one of a person's, whether it waits or is another person's: it is that person from now on. A
 * person who has no account left was the same person all along, and is merged: what both did stays on record under its
 * name, counts as of one, and the roles that an admin gave the other are not carried over. Again is the same.
 * @throws PersonRefusedError, InvalidInputError, OutOfBoundsError
 */
export async function linkPerson(
  store: PeopleStore,
  viewer: Viewer,
  { principal: account, person: reference }: z.output<typeof linkPersonInput>,
  via: DecisionVia = 'graphql',
): Promise<Person> {
  refuseBounded(boundsFor(viewer, 'admin'), 'change people');
  return changePeople(store, viewer, via, async (tx) => {
    const principal = await principalToLink(tx, account, viewer);
    const person = await requirePerson(tx, reference);
    const subject = nameOf(person);
    const owner = await ownerOf(tx, principal);
    const why = whyNoPerson(viewer) ?? whyNotOwn(viewer, principal, [person, owner]);
    if (why !== undefined)
      return refused('link_person', subject, `You cannot link ${accountOf(principal)} to ${subject}: ${why}`);
    requirePresent(person);
    if (owner?.id === person.id) return { action: 'link_person', subject, isSame: true, result: person };
    const ended = owner && (await endMadeSinceLinked(tx, madeBy(principal, owner, viewer)));
    await tx.query(moveAccount(principal.id, person.id, viewer.id));
    await tx.query(endSessionsBy(principal.id, viewer.id));
    const merged = owner && (await mergeIfEmpty(tx, owner, person, viewer.id));
    if (merged)
      await recordDecision(tx, {
        action: 'remove_person',
        outcome: 'done',
        subject: nameOf(owner),
        note: [`linked to person:${person.id}`, merged.note].filter(Boolean).join('; '),
        via,
        ...recordedBy(viewer),
      });
    const from = owner ? `, until now of person:${owner.id}` : '';
    const note = [`${numberOf(principal)}${from}`, ended].filter(Boolean).join('; ');
    return {
      action: 'link_person',
      subject,
      note,
      result: await requirePerson(tx, { id: person.id, name: null }),
    };
  });
}

/**
 * Takes an account from its person: its sessions end, and what may have been made by it, and it waits until an admin links it to somebody.
 * @throws PersonRefusedError, InvalidInputError, OutOfBoundsError
 */
export async function unlinkPerson(
  store: PeopleStore,
  viewer: Viewer,
  { principal: account }: z.output<typeof unlinkPersonInput>,
  via: DecisionVia = 'graphql',
): Promise<Principal> {
  refuseBounded(boundsFor(viewer, 'admin'), 'change people');
  return changePeople(store, viewer, via, async (tx) => {
    const principal = await requirePrincipal(tx, account);
    const owner = await ownerOf(tx, principal);
    const action = 'unlink_person';
    const subject = owner ? nameOf(owner) : principal.label;
    const why = whyNoPerson(viewer) ?? whyNotOwn(viewer, principal, [owner]);
    if (why !== undefined)
      return refused(action, subject, `You cannot unlink ${accountOf(principal)}: ${why}`);
    if (owner === undefined) return { action, subject, isSame: true, result: principal };
    const ended = await endMadeSinceLinked(tx, madeBy(principal, owner, viewer));
    await tx.query(moveAccount(principal.id, null, null));
    await tx.query(endSessionsBy(principal.id, viewer.id));
    const note = [numberOf(principal), ended].filter(Boolean).join('; ');
    return { action, subject, note, result: { ...principal, personId: null, linkedBy: null } };
  });
}

const madeBy = ({ id }: Principal, person: Person, { id: by }: Viewer) => ({
  account: id,
  person: person.id,
  by,
});

/** An account as the record names it, which keeps no name of a person. */
function numberOf({ kind, id }: Principal): string {
  return `account ${id} (${kind})`;
}

async function ownerOf(tx: Queryable, { personId }: Principal): Promise<Person | undefined> {
  return personId === null ? undefined : findPerson(tx, { id: personId, name: null });
}

/** Nobody says of themselves who they are, nor gives away what is theirs. */
function whyNotOwn(
  viewer: Viewer,
  { label, kind }: Principal,
  people: readonly (Person | undefined)[],
): string | undefined {
  const names = kind === 'github' ? [label, `github:${label.replace(/^github:/i, '')}`] : [label];
  const isOwn =
    people.some((person) => person !== undefined && isThat(viewer, person)) ||
    names.some((name) => isSame(name, viewer.id));
  return isOwn ? 'it is about yourself. Another admin may do it.' : undefined;
}

function requirePresent(person: Person): void {
  if (person.state !== 'removed' && person.state !== 'forgotten') return;
  const message = `expected a person who may come in, got ${JSON.stringify(nameOf(person))}, who was ${person.state}. Give a role first, which lets a removed person in again`;
  throw new InvalidInputError([{ path: ['person'], message, type: 'removed' }]);
}

const moveAccount = statement({
  name: 'move_account',
  text: 'UPDATE principals SET person_id = $2, linked_by = $3 WHERE id = $1',
});

const endSessionsBy = statement({
  name: 'end_sessions_by_account',
  text: 'UPDATE sessions SET ended_at = clock_timestamp(), ended_by = $2 WHERE principal_id = $1 AND ended_at IS NULL',
});

/** Merges a person who has no account left into the one that the last was linked to. */
async function mergeIfEmpty(
  tx: Queryable,
  owner: Person,
  person: Person,
  by: string,
): Promise<{ note: string | undefined } | undefined> {
  const merged = await tx.query(mergePerson(owner.id, person.id, by));
  if (merged.length === 0) return undefined;
  return { note: await shutOut(tx, owner.id, by) };
}

const mergePerson = statement({
  name: 'merge_person',
  text: `UPDATE people SET merged_into = $2, removed_at = coalesce(removed_at, clock_timestamp()), removed_by = coalesce(removed_by, $3)
    WHERE (id = $1 OR merged_into = $1) AND NOT EXISTS (SELECT 1 FROM principals WHERE person_id = $1) RETURNING id`,
  row: { id: col.int },
});

function refused(action: RecordedAction, subject: string, message: string) {
  return { action, subject, result: new PersonRefusedError(message) };
}
