import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readCursor, writeCursor } from '../input/cursor.ts';
import { type Page, type PageArguments, readPage } from '../input/page.ts';
import { maxInteger } from '../tasks/input.ts';
import { type ApiKey, keyRow, selectKey } from './key.ts';

/** Which keys a list holds: with `all` those too that work no more. */
export interface KeyFilter {
  all: boolean;
  /** Only keys of this person. */
  person?: number | undefined;
}

/** Reads a page of keys, newest first. @throws InvalidCursorError, InvalidInputError */
export function readKeyPage(
  db: Queryable,
  { all, person }: KeyFilter,
  page: PageArguments,
): Promise<Page<ApiKey>> {
  return readPage<number, ApiKey>(page, decodeCursor, async (stretch, limit, backward) => {
    const { after = maxInteger, before = 0, inclusive = false } = stretch;
    const read = backward ? keysBackward : keysForward;
    const keys = await db.query(read(after, before, inclusive, all, limit, person ?? null));
    return { edges: keys.map((node) => ({ node, cursor: writeCursor(JSON.stringify([node.id])) })) };
  });
}

const works = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())';
const inStretch = `(id < $1::int OR $3 AND id = $1::int) AND (id > $2::int OR $3 AND id = $2::int) AND ($4 OR ${works})
  AND ($6::int IS NULL OR person_id = $6::int)`;

const keysForward = statement({
  name: 'keys_forward',
  text: `SELECT ${selectKey} FROM api_keys WHERE ${inStretch} ORDER BY id DESC LIMIT $5`,
  row: keyRow,
});

const keysBackward = statement({
  name: 'keys_backward',
  text: `SELECT ${selectKey} FROM api_keys WHERE ${inStretch} ORDER BY id LIMIT $5`,
  row: keyRow,
});

/** Counts the keys, at most `bound` of them. */
export async function countKeys(db: Queryable, { all, person }: KeyFilter, bound: number): Promise<number> {
  const [row] = await db.query(countKeysSql(all, bound, person ?? null));
  return row?.count ?? 0;
}

const countKeysSql = statement({
  name: 'count_keys',
  text: `SELECT count(*)::int AS count FROM (SELECT 1 FROM api_keys WHERE ($1 OR ${works})
    AND ($3::int IS NULL OR person_id = $3::int) LIMIT $2) counted`,
  row: { count: col.int },
});

function decodeCursor(cursor: string): number {
  return readCursor(cursor, (value) => {
    const [id, ...more] = Array.isArray(value) ? value : [];
    const isId = more.length === 0 && Number.isInteger(id) && id > 0 && id <= maxInteger;
    return isId ? Number(id) : undefined;
  });
}
