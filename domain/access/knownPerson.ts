import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import type { DecisionVia, RecordedAction } from '../../contract/words/decisions.ts';
import type { Scope } from '../../contract/words/viewers.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { InvalidInputError, type PersonRefusedError } from '../input/errors.ts';
import type { Viewer } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import {
  type Person,
  type Principal,
  personByKey,
  personRow,
  principalRow,
  selectPerson,
  selectPrincipal,
} from './person.ts';
import type { PersonReference } from './personInput.ts';
import { lockPeople, requireStillIn } from './stillIn.ts';

/** What functions that change people work on. */
export type PeopleStore = Pick<Store, 'db' | 'onKeysChanged' | 'admins'>;

/** What one of them came to, with what stays on record. */
export interface Outcome<T> {
  action: RecordedAction;
  /** The person, as the record names it. */
  subject: string;
  note?: string | undefined;
  result: T | PersonRefusedError;
  /** Whether nothing changed, so that nothing is recorded. */
  isSame?: boolean;
}

/**
 * Changes people, one after the other, on record; a refusal stays there too. Who has lost the scope meanwhile changes nothing.
 * @throws PersonRefusedError, OutOfBoundsError, and what `change` throws
 */
export async function changePeople<T>(
  { db, onKeysChanged }: PeopleStore,
  viewer: Viewer,
  via: DecisionVia,
  change: (tx: Queryable) => Promise<Outcome<T>>,
  scope: Scope = 'admin',
): Promise<T> {
  const { result } = await db.transaction(async (tx) => {
    await tx.query(lockPeople());
    await requireStillIn(tx, viewer, scope);
    const outcome = await change(tx);
    const refusal = outcome.result instanceof Error ? outcome.result.message : undefined;
    if (refusal !== undefined || !outcome.isSame)
      await recordDecision(tx, {
        action: outcome.action,
        outcome: refusal === undefined ? 'done' : 'refused',
        refusal,
        subject: quotedNumber(outcome.subject).slice(0, 255),
        note: refusal === undefined ? outcome.note : undefined,
        via,
        ...recordedBy(viewer),
      });
    return outcome;
  });
  if (result instanceof Error) throw result;
  await onKeysChanged?.();
  return result;
}

/** A name that is spelled like the number of a person is not that person. */
function quotedNumber(name: string): string {
  return /^person:\d+$/.test(name) ? JSON.stringify(name) : name;
}

/** Finds a person. */
export async function findPerson(tx: Queryable, { id, name }: PersonReference): Promise<Person | undefined> {
  const [person] = await tx.query(personNamed(id, name && identityKey(name)));
  return person;
}

const personNamed = statement({
  name: 'person_named',
  text: `SELECT ${selectPerson} FROM people WHERE people.id = coalesce($1::int, ${personByKey('$2::text')})`,
  row: personRow,
});

/** Finds a person that must be there. @throws InvalidInputError */
export async function requirePerson(
  tx: Queryable,
  reference: PersonReference,
  path = 'person',
): Promise<Person> {
  const person = await findPerson(tx, reference);
  if (person === undefined) throw noSuch(path, 'a person that "nightshift people list" shows', reference);
  return person;
}

/** Finds the one account of a number or a name. @throws InvalidInputError where there is none, or several have the name */
export async function requirePrincipal(tx: Queryable, reference: PersonReference): Promise<Principal> {
  const { id, name } = reference;
  const [principal, other] = await tx.query(principalsNamed(id, name && identityKey(name)));
  if (principal === undefined)
    throw noSuch('principal', 'an account that "nightshift people list" shows', reference);
  if (other === undefined) return principal;
  const message = `expected the number of one account, got ${JSON.stringify(reference.name)}, which is the name of several: ${principal.id} (${principal.kind}) and ${other.id} (${other.kind})`;
  throw new InvalidInputError([{ path: ['principal'], message, type: 'ambiguous' }]);
}

// An address is that of an account only where it is proved: by the proxy, by links or by the issuer.
const principalsNamed = statement({
  name: 'principals_named',
  text: `SELECT ${selectPrincipal} FROM principals WHERE id = $1::int OR identity_key = $2::text ORDER BY id LIMIT 2 FOR UPDATE`,
  row: principalRow,
});

function noSuch(path: string, expected: string, { id, name }: PersonReference): InvalidInputError {
  const message = `expected ${expected}, got ${name === null ? id : JSON.stringify(name)}`;
  return new InvalidInputError([{ path: [path], message, type: 'not_found' }]);
}

/** How a person is written in messages and in the record. */
export function nameOf({ id, label }: Pick<Person, 'id' | 'label'>): string {
  return label ?? `person ${id}`;
}

/** How an account is written there. */
export function accountOf({ kind, label, id }: Principal): string {
  const name = kind === 'github' ? `github:${label.replace(/^github:/i, '')}` : label;
  return `${name} (account ${id})`;
}

/** Says whether a viewer is a person, or one that was merged into it, by the number or by a name. */
export function isThat(viewer: Viewer, person: Pick<Person, 'id' | 'label' | 'mergedInto'>): boolean {
  const names = [person.label, person.mergedInto].filter((name) => name !== null);
  return viewer.person === person.id || names.some((name) => isSame(viewer.id, name));
}

/** Why something may only be done by a person; undefined for one. */
export function whyNoPerson({ id, kind }: Viewer): string | undefined {
  if (kind === 'person') return undefined;
  const what = kind === 'service' ? 'a service' : 'no person';
  return `only an admin who signed in as a person may do this, and ${id} is ${what}: a key that several may hold makes nobody a person here.`;
}
