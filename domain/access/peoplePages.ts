import * as z from 'zod';
import { reference } from '../../contract/input/text.ts';
import { identityKey } from '../../contract/people/identityKey.ts';
import { personStates, roles } from '../../contract/words/people.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readCursor, writeCursor } from '../input/cursor.ts';
import { type Page, type PageArguments, readPage } from '../input/page.ts';
import { maxInteger } from '../tasks/input.ts';
import {
  type Person,
  type Principal,
  personRow,
  principalRow,
  selectPerson,
  selectPrincipal,
} from './person.ts';

/** Which people a list holds; several fields mean all of them. */
export const personFilter = z.object({
  /** A part of the name. */
  label: reference(128).nullish(),
  /** A role that the person has, by an admin or by a rule of the issuer, for the whole server or for a project. */
  role: z.enum(roles).nullish(),
  states: z.array(z.enum(personStates)).max(personStates.length).nullish(),
});
export type PersonFilter = z.output<typeof personFilter>;

/** Reads a page of the people, newest first. @throws InvalidCursorError, InvalidInputError */
export function readPeoplePage(
  db: Queryable,
  filter: PersonFilter,
  page: PageArguments,
): Promise<Page<Person>> {
  return readById(page, (range, limit, backward) =>
    db.query((backward ? peopleBackward : peopleForward)(...range, ...valuesOf(filter), limit)),
  );
}

/** Counts the people that match, at most `bound` of them. */
export async function countPeople(db: Queryable, filter: PersonFilter, bound: number): Promise<number> {
  const [row] = await db.query(countPeopleSql(maxInteger, 0, false, ...valuesOf(filter), bound));
  return row?.count ?? 0;
}

/** Reads a page of the accounts that wait to be linked to a person, newest first. @throws InvalidCursorError, InvalidInputError */
export function readWaitingPage(db: Queryable, page: PageArguments): Promise<Page<Principal>> {
  return readById(page, (range, limit, backward) =>
    db.query((backward ? waitingBackward : waitingForward)(...range, limit)),
  );
}

/** Counts the accounts that wait, at most `bound` of them. */
export async function countWaiting(db: Queryable, bound: number): Promise<number> {
  const [row] = await db.query(countWaitingSql(maxInteger, 0, false, bound));
  return row?.count ?? 0;
}

type IdRange = readonly [after: number, before: number, inclusive: boolean];

function readById<N extends { id: number }>(
  page: PageArguments,
  read: (range: IdRange, limit: number, backward: boolean) => Promise<N[]>,
): Promise<Page<N>> {
  return readPage<number, N>(page, decodeCursor, async (stretch, limit, backward) => {
    const { after = maxInteger, before = 0, inclusive = false } = stretch;
    const nodes = await read([after, before, inclusive], limit, backward);
    return { edges: nodes.map((node) => ({ node, cursor: writeCursor(JSON.stringify([node.id])) })) };
  });
}

function valuesOf({ label, role, states }: PersonFilter) {
  return [label == null ? null : identityKey(label), role ?? null, states ?? null] as const;
}

const inStretch = (table: string) =>
  `(${table}.id < $1::int OR $3 AND ${table}.id = $1::int) AND (${table}.id > $2::int OR $3 AND ${table}.id = $2::int)`;

const peopleThat = `FROM (SELECT ${selectPerson} FROM people WHERE ${inStretch('people')}
    AND ($4::text IS NULL OR strpos(lower(people.identity_key COLLATE "C"), lower($4 COLLATE "C")) > 0)
    AND ($5::text IS NULL OR EXISTS (SELECT 1 FROM unnest(people.grants) one WHERE split_part(one, '@', 1) = $5)
      OR EXISTS (SELECT 1 FROM principals, unnest(principals.grants) one
        WHERE person_id = people.id AND split_part(one, '@', 1) = $5))) found
  WHERE ($6::text[] IS NULL OR state = ANY($6))`;

const peopleForward = statement({
  name: 'people_forward',
  text: `SELECT * ${peopleThat} ORDER BY id DESC LIMIT $7`,
  row: personRow,
});

const peopleBackward = statement({
  name: 'people_backward',
  text: `SELECT * ${peopleThat} ORDER BY id LIMIT $7`,
  row: personRow,
});

const countPeopleSql = statement({
  name: 'count_people',
  text: `SELECT count(*)::int AS count FROM (SELECT 1 ${peopleThat} LIMIT $7) counted`,
  row: { count: col.int },
});

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

function decodeCursor(cursor: string): number {
  return readCursor(cursor, (value) => {
    const [id, ...more] = Array.isArray(value) ? value : [];
    const isId = more.length === 0 && Number.isInteger(id) && id > 0 && id <= maxInteger;
    return isId ? Number(id) : undefined;
  });
}
