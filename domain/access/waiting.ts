import { identityKey } from '../../contract/people/identityKey.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readDirectory } from '../audit/directory.ts';
import type { Page, PageArguments } from '../input/page.ts';

import type { Store } from '../store.ts';
import { maxInteger } from '../tasks/input.ts';
import { inStretch, readById } from './peoplePages.ts';
import { type Principal, principalRow, selectPrincipal } from './person.ts';

/**
 * Reads a page of the accounts that wait to be linked to a person, newest first, with who they are likely to be.
 * @throws InvalidCursorError, InvalidInputError
 */
export function readWaitingPage(
  { db, knownPeople }: Pick<Store, 'db' | 'knownPeople'>,
  page: PageArguments,
): Promise<Page<Principal>> {
  return readById(page, async (range, limit, backward) => {
    const found = await db.query((backward ? waitingBackward : waitingForward)(...range, limit));
    const named = found.map((one) => ({ ...one, name: nameOf(one) }));
    const directory = await readDirectory(
      db,
      named.map(({ name }) => name),
    );
    return named.map(({ name, ...one }) => ({
      ...one,
      likelyPerson: directory.get(identityKey(name))?.label ?? null,
    }));
  });

  /** How the account would be named here, if nobody else were. */
  function nameOf({ kind, label }: Principal): string {
    return kind === 'github' ? (knownPeople?.users.get(identityKey(label)) ?? `github:${label}`) : label;
  }
}

/** Counts the accounts that wait, at most `bound` of them. */
export async function countWaiting(db: Queryable, bound: number): Promise<number> {
  const [row] = await db.query(countWaitingSql(maxInteger, 0, false, bound));
  return row?.count ?? 0;
}

const thatWait = `FROM principals WHERE person_id IS NULL AND ${inStretch('principals')}`;

const waitingForward = statement({
  name: 'waiting_forward',
  text: `SELECT ${selectPrincipal} ${thatWait} ORDER BY id DESC LIMIT $4`,
  row: principalRow,
});

const waitingBackward = statement({
  name: 'waiting_backward',
  text: `SELECT ${selectPrincipal} ${thatWait} ORDER BY id LIMIT $4`,
  row: principalRow,
});

const countWaitingSql = statement({
  name: 'count_waiting',
  text: `SELECT count(*)::int AS count FROM (SELECT 1 ${thatWait} LIMIT $4) counted`,
  row: { count: col.int },
});
