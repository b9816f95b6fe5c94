import type * as z from 'zod';
import { plural } from '../../contract/text/plural.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { refuseBounded } from '../bounds/bounds.ts';
import { PersonRefusedError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { changePeople, isThat, nameOf, type PeopleStore, requirePerson, whyNoPerson } from './knownPerson.ts';
import { rewriteNames } from './namedColumns.ts';
import { isOwnName } from './ownName.ts';
import type { removePersonInput } from './personInput.ts';
import { removePerson } from './removePerson.ts';
import { isNamedIn, spellingsOf } from './spellings.ts';
import { whatIsLeft } from './whatIsLeft.ts';

/** What is left of a person who was forgotten. */
export interface ForgottenPerson {
  /** The number, by which the record knows what the person did. */
  person: number;
  /** In how many rows the number now stands instead of a name. */
  rewritten: number;
  /** Where the name may still stand, in words. */
  left: string[];
}

/**
 * Forgets a person and those who were merged with it: removes them, empties their rows but for the number, and writes that
 * number wherever a name of theirs stood. Again is the same, and goes on where one was cut off. Only the number is on record.
 * @throws PersonRefusedError for oneself, the last admin, and who is no person, InvalidInputError, OutOfBoundsError
 */
export async function forgetPerson(
  store: PeopleStore & Pick<Store, 'knownPeople' | 'githubUsers'>,
  viewer: Viewer,
  input: z.output<typeof removePersonInput>,
  via: DecisionVia = 'graphql',
): Promise<ForgottenPerson> {
  const { db } = store;
  refuseBounded(boundsFor(viewer, 'admin'), 'change people');
  const given = await requirePerson(db, input.person);
  const [all] = await db.query(namesOfPerson(given.id));
  const { person, ids, names, labels } = all ?? { person: given.id, ids: [given.id], names: [], labels: [] };
  const found = await requirePerson(db, { id: person, name: null });
  const noPerson = whyNoPerson(viewer);
  if (noPerson !== undefined)
    return changePeople<ForgottenPerson>(store, viewer, via, async () => ({
      action: 'forget_person',
      subject: nameOf(found),
      result: new PersonRefusedError(`You cannot forget person ${person}: ${noPerson}`),
    }));
  if (isThat(viewer, found))
    throw new PersonRefusedError('You cannot forget yourself. Another admin may do it.');
  // First nobody acts as that person any more, so that nothing new holds the name.
  await removePerson(store, viewer, { ...input, person: { id: person, name: null } }, via);
  const number = `person:${person}`;
  const left = await whatIsLeft(store, names, labels);
  let rewritten = await rewriteNames(db, names, number);
  if (found.state !== 'forgotten')
    await db.transaction(async (tx) => {
      await empty(tx, ids, names);
      await recordDecision(tx, {
        action: 'forget_person',
        outcome: 'done',
        subject: number,
        note: `${plural(rewritten, 'row')} rewritten`,
        via,
        ...recordedBy(viewer),
      });
    });
  // What another server wrote before it knew of the removal.
  rewritten += await rewriteNames(db, names, number);
  await store.onKeysChanged?.();
  return { person, rewritten, left };
}

// What an account shows may be the name of somebody else by now, whose rows it would be: only names of nobody else count.
const namesOfPerson = statement({
  name: 'names_of_person',
  text: `WITH one AS (SELECT coalesce(merged_into, id) AS id FROM people WHERE id = $1),
      group_of AS (SELECT people.id, people.label, people.identity_key FROM people, one WHERE people.id = one.id OR merged_into = one.id),
      named AS (SELECT identity_key AS name FROM group_of
        UNION SELECT name FROM former_names WHERE person_id IN (SELECT id FROM group_of)
        UNION SELECT identity_key FROM principals account WHERE person_id IN (SELECT id FROM group_of)
          AND (kind IN ('mail', 'proxy') OR ${isOwnName('account', (person) => `${person} NOT IN (SELECT id FROM group_of)`)}))
    SELECT one.id AS person, ARRAY(SELECT id FROM group_of ORDER BY id) AS ids,
      ARRAY(SELECT name FROM named WHERE name IS NOT NULL) AS names,
      ARRAY(SELECT label FROM group_of WHERE label IS NOT NULL) AS labels FROM one`,
  row: { person: col.int, ids: col.list(col.int), names: col.list(col.text), labels: col.list(col.text) },
});

/** Deletes what is of persons, and empties their own rows. */
async function empty(tx: Queryable, ids: readonly number[], names: readonly string[]): Promise<void> {
  await tx.query(deleteSessions(ids));
  await tx.query(deleteDelegations(ids));
  await tx.query(namelessKeys(ids));
  await tx.query(deletePrincipals(ids));
  await tx.query(deleteFormerNames(ids));
  await tx.query(deleteLinks(names, await recipients(tx, names)));
  await tx.query(deleteAnswers(names, await askers(tx, names)));
  await tx.query(emptyPeople(ids));
}

const deleteSessions = statement({
  name: 'forget_sessions',
  text: 'DELETE FROM sessions WHERE person_id = ANY($1::int[])',
});
const deleteDelegations = statement({
  name: 'forget_delegations',
  text: 'DELETE FROM delegations WHERE person_id = ANY($1::int[]) OR delegate_id = ANY($1::int[])',
});
const namelessKeys = statement({
  name: 'forget_key_names',
  text: `UPDATE api_keys SET name = 'key-' || id WHERE person_id = ANY($1::int[])`,
});
const deletePrincipals = statement({
  name: 'forget_principals',
  text: 'DELETE FROM principals WHERE person_id = ANY($1::int[])',
});
const deleteFormerNames = statement({
  name: 'forget_former_names',
  text: 'DELETE FROM former_names WHERE person_id = ANY($1::int[])',
});
const recipients = spellingsOf('approval_links', 'recipient');
const deleteLinks = statement({
  name: 'forget_links',
  text: `DELETE FROM approval_links WHERE used_at IS NULL AND ${isNamedIn('recipient', '$1', '$2')}`,
});
const askers = spellingsOf('idempotency_keys', 'viewer');
const deleteAnswers = statement({
  name: 'forget_answers',
  text: `DELETE FROM idempotency_keys WHERE ${isNamedIn('viewer', '$1', '$2')}`,
});
const emptyPeople = statement({
  name: 'forget_people',
  text: `UPDATE people SET label = NULL, identity_key = NULL, grants = '{}', signed_in_at = NULL, forgotten_at = clock_timestamp(),
      removed_at = coalesce(removed_at, clock_timestamp()), removed_by = coalesce(removed_by, 'nightshift')
    WHERE id = ANY($1::int[]) AND forgotten_at IS NULL`,
});
