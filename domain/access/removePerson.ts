import type * as z from 'zod';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import { statement } from '../../database/statement.ts';
import { refuseBounded } from '../bounds/bounds.ts';
import { PersonRefusedError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { changePeople, nameOf, type PeopleStore, requirePerson } from './knownPerson.ts';
import { refusalOfLast } from './lastAdmin.ts';
import type { Person } from './person.ts';
import type { removePersonInput } from './personInput.ts';
import { shutOut } from './shutOut.ts';

/**
 * Removes a person: sessions and keys work nowhere within five seconds, and nobody signs in as that person. What the person
 * did stays on record. Again is the same.
 * @throws PersonRefusedError for the last admin, InvalidInputError, OutOfBoundsError
 */
export async function removePerson(
  store: PeopleStore,
  viewer: Viewer,
  { person: reference, lastAdmin }: z.output<typeof removePersonInput>,
  via: DecisionVia = 'graphql',
): Promise<Person> {
  refuseBounded(boundsFor(viewer, 'admin'), 'change people');
  return changePeople(store, viewer, via, async (tx) => {
    const person = await requirePerson(tx, reference);
    const subject = nameOf(person);
    const isSame = person.state === 'removed' || person.state === 'forgotten';
    if (isSame) return { action: 'remove_person', subject, isSame, result: person };
    const refusal = lastAdmin ? undefined : await refusalOfLast(tx, store, person, 'remove');
    if (refusal) return { action: 'remove_person', subject, result: new PersonRefusedError(refusal) };
    const note = await shutOut(tx, person.id, viewer.id);
    await tx.query(markRemoved(person.id, viewer.id));
    return { action: 'remove_person', subject, note, result: await requirePerson(tx, reference) };
  });
}

const markRemoved = statement({
  name: 'mark_removed',
  text: 'UPDATE people SET removed_at = clock_timestamp(), removed_by = $2 WHERE id = $1',
});
