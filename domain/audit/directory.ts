import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { Decider } from '../input/viewer.ts';

/** Whose an address is. */
export interface Whose {
  person: number;
  /** The account or address that an admin has linked to the person; null where it is the person's own name. */
  principal: number | null;
  /** The one name by which policies and the record know the person. */
  label: string;
  /** Whether the person was removed. */
  isGone: boolean;
}

/** Whose addresses are, by the addresses and names as they are compared; who is not in it is known by that address alone. */
export type Directory = ReadonlyMap<string, Whose>;

/** Reads whose addresses are, with one statement. */
export async function readDirectory(db: Queryable, names: readonly string[]): Promise<Directory> {
  const keys = [...new Set(names.map(identityKey))];
  if (keys.length === 0) return new Map();
  const found = await db.query(whoseAddresses(keys));
  const byName = found.map(({ key: _, ...whose }): [string, Whose] => [identityKey(whose.label), whose]);
  return new Map([...byName, ...found.map(({ key, ...whose }): [string, Whose] => [key, whose])]);
}

// What an admin has linked counts before what is only spelled alike.
const whoseAddresses = statement({
  name: 'whose_addresses',
  text: `SELECT wanted.key, people.id AS person, linked.id AS principal, people.label, removed_at IS NOT NULL AS "isGone"
    FROM unnest($1::text[]) AS wanted (key)
      LEFT JOIN LATERAL (SELECT principals.id, person_id FROM principals WHERE kind IN ('mail', 'proxy') AND issuer = ''
        AND identity_key = wanted.key AND person_id IS NOT NULL ORDER BY kind LIMIT 1) linked ON true
      JOIN LATERAL (SELECT * FROM people WHERE people.id = linked.person_id AND people.label IS NOT NULL
        UNION ALL SELECT one.* FROM people named JOIN people one ON one.id = coalesce(named.merged_into, named.id)
          WHERE linked.id IS NULL AND named.identity_key = wanted.key AND one.label IS NOT NULL) people ON true`,
  row: {
    key: col.text,
    person: col.int,
    principal: col.int.orNull,
    label: col.text,
    isGone: col.bool,
  },
});

/** Gives the one name of whoever has an address. */
export function nameIn(directory: Directory, name: string): string {
  return directory.get(identityKey(name))?.label ?? name;
}

/** Gives somebody who decides by an address as the person whose that is, with the groups of both names. */
export function recogniseIn(
  directory: Directory,
  by: Decider,
  groupsOf: (name: string) => readonly string[] = () => [],
): Decider {
  const whose = by.kind === 'person' ? directory.get(identityKey(by.id)) : undefined;
  if (whose === undefined) return by;
  return {
    ...by,
    id: whose.label,
    person: by.person ?? whose.person,
    principal: by.principal ?? whose.principal ?? undefined,
    groups: [...new Set([...(by.groups ?? []), ...groupsOf(whose.label)])],
  };
}

/** Says whether two names that differ are of one person, as an admin has linked them. */
export async function areOnePerson(db: Queryable, one: string, other: string): Promise<boolean> {
  if (isSame(one, other)) return true;
  const directory = await readDirectory(db, [one, other]);
  return isSame(nameIn(directory, one), nameIn(directory, other));
}
