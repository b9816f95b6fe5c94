import { identityKey } from '../../contract/people/identityKey.ts';
import { plural } from '../../contract/text/plural.ts';
import type { PrincipalKind } from '../../contract/words/people.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { system } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { keyOfAccount } from './accountName.ts';
import { shutOut } from './shutOut.ts';
import { lockPeople } from './stillIn.ts';

/**
 * Gives people and accounts the keys of their names that a migration cannot know: those of letters beyond ASCII. Two people
 * whose names are one by that were told apart by nothing but the locale of the database: the one that came later is merged
 * into the first, and its accounts wait for an admin. What it did stays on record; again there is nothing to do.
 */
export async function keyNames({ db }: Pick<Store, 'db'>): Promise<void> {
  if ((await db.query(namesWithoutKeys())).every(hasKey)) return;
  await db.transaction(async (tx) => {
    await tx.query(lockPeople());
    const names = (await tx.query(namesWithoutKeys())).filter((one) => !hasKey(one));
    for (const name of names.filter(({ kind }) => kind !== null))
      await tx.query(keyPrincipal(name.id, keyOf(name)));
    const people = names.filter(({ kind }) => kind === null);
    let merged = 0;
    for (const { id, name } of people) merged += await keyPerson(tx, id, identityKey(name));
    if (names.length === 0) return;
    const found = merged === 0 ? '' : `; ${plural(merged, 'person')} had the name of another one`;
    await recordDecision(tx, {
      action: 'key_people',
      outcome: 'done',
      via: 'engine',
      note: `${plural(names.length, 'name')} compared anew${found}`,
      ...recordedBy(system),
    });
  });
}

/** A name whose key the migration may not know. */
interface StoredName {
  id: number;
  /** Null of a person. */
  kind: PrincipalKind | null;
  name: string;
  key: string | null;
}

function keyOf({ kind, name }: StoredName): string {
  return kind === 'issuer' || kind === 'github' ? keyOfAccount({ kind }, name) : identityKey(name);
}

/** Whoever was merged has a key that no name leads to. */
function hasKey(stored: StoredName): boolean {
  return stored.key === keyOf(stored) || stored.key === voidKey(keyOf(stored), stored.id);
}

function voidKey(key: string, id: number): string {
  return `${key} ${id}`;
}

/** Gives a person its key, or merges it where somebody has that; says how many were merged. */
async function keyPerson(tx: Queryable, id: number, key: string): Promise<number> {
  const [first, later] = await tx.query(peopleOfName(id, key));
  if (later !== undefined) await tx.query(setKey(later.id, voidKey(key, later.id)));
  if (first !== undefined) await tx.query(setKey(first.id, key));
  if (first === undefined || later === undefined || later.isMerged) return 0;
  await tx.query(letWait(later.id));
  const ended = await shutOut(tx, later.id, system.id);
  await tx.query(mergeLater(later.id, first.id, system.id));
  await recordDecision(tx, {
    action: 'remove_person',
    outcome: 'done',
    subject: `person:${later.id}`,
    note: [`has the name of person:${first.id}`, ended].filter(Boolean).join('; '),
    via: 'engine',
    ...recordedBy(system),
  });
  return 1;
}

// Rows in which nothing but ASCII stands have their keys from the migration, those apart that got one of no name.
const namesWithoutKeys = statement({
  name: 'names_without_keys',
  text: `SELECT id, NULL AS kind, label AS name, identity_key AS key FROM people
      WHERE label IS NOT NULL AND (label ~ '[^ -~]' OR identity_key = ascii_key(label) || ' ' || id)
    UNION ALL SELECT id, kind, CASE WHEN kind IN ('issuer', 'github') THEN label ELSE subject END, identity_key FROM principals
      WHERE label ~ '[^ -~]' OR subject ~ '[^ -~]'
    ORDER BY kind NULLS FIRST, id`,
  row: {
    id: col.int,
    kind: col.word<PrincipalKind>().orNull,
    name: col.text,
    key: col.text.orNull,
  },
});

// Who was merged already is nobody's name any more.
const peopleOfName = statement({
  name: 'people_of_name',
  text: `SELECT id, merged_into IS NOT NULL AS "isMerged" FROM people WHERE id = $1 OR identity_key = $2
    ORDER BY merged_into IS NOT NULL, id`,
  row: { id: col.int, isMerged: col.bool },
});

const setKey = statement({
  name: 'key_person',
  text: 'UPDATE people SET identity_key = $2 WHERE id = $1',
});

const keyPrincipal = statement({
  name: 'key_principal',
  text: 'UPDATE principals SET identity_key = $2 WHERE id = $1',
});

const letWait = statement({
  name: 'let_accounts_wait',
  text: 'UPDATE principals SET person_id = NULL, linked_by = NULL WHERE person_id = $1',
});

const mergeLater = statement({
  name: 'merge_later_person',
  text: `UPDATE people SET merged_into = $2, removed_at = coalesce(removed_at, clock_timestamp()),
      removed_by = coalesce(removed_by, $3)
    WHERE id = $1 OR merged_into = $1`,
});
