import { identityKey } from '../../contract/people/identityKey.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** So many names are read with one statement. */
const portionSize = 1000;

/** Whether a row names somebody in a column: by a key, which the database knows of ASCII alone, or by another spelling. */
export const isNamedIn = (column: string, keys: string, spellings: string) =>
  `(ascii_key(${column}) = ANY(${keys}::text[]) OR ${column} = ANY(${spellings}::text[]))`;

/**
 * Makes what finds how a column spells names beyond ASCII, whose keys the server alone can tell. Where all names are of
 * ASCII it asks nothing.
 */
export function spellingsOf(table: string, column: string) {
  const beyondAscii = statement({
    name: `spellings_${table}_${column}`,
    text: `SELECT DISTINCT ${column} COLLATE "C" AS name FROM ${table} WHERE ${column} ~ '[^ -~]' AND ${column} COLLATE "C" > $1
      ORDER BY name LIMIT ${portionSize}`,
    row: { name: col.text },
  });
  return async (db: Queryable, keys: readonly string[]): Promise<string[]> => {
    const found: string[] = [];
    if (keys.every((key) => /^[ -~]*$/.test(key))) return found;
    let last = '';
    let names: string[];
    do {
      names = (await db.query(beyondAscii(last))).map(({ name }) => name);
      found.push(...names.filter((name) => keys.includes(identityKey(name))));
      last = names.at(-1) ?? '';
    } while (names.length === portionSize);
    return found;
  };
}
