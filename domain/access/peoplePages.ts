import * as z from 'zod';
import { reference } from '../../contract/input/text.ts';
import { identityKey } from '../../contract/people/identityKey.ts';
import { personStates, roles } from '../../contract/words/people.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readCursor, writeCursor } from '../input/cursor.ts';
import { type Page, type PageArguments, readPage } from '../input/page.ts';
import { maxInteger } from '../tasks/input.ts';
import { type Person, personRow, selectPerson } from './person.ts';

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

/** The ids that a page may have: those between two, with or without them. */
export type IdRange = readonly [after: number, before: number, inclusive: boolean];

/** Reads a page of what is listed by its id, newest first. @throws InvalidCursorError, InvalidInputError */
export function readById<N extends { id: number }>(
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

/** Which ids a page may have, by the first three values of a statement. */
export const inStretch = (table: string) =>
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

function decodeCursor(cursor: string): number {
  return readCursor(cursor, (value) => {
    const [id, ...more] = Array.isArray(value) ? value : [];
    const isId = more.length === 0 && Number.isInteger(id) && id > 0 && id <= maxInteger;
    return isId ? Number(id) : undefined;
  });
}
