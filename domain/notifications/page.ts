import { readTime } from '../../contract/input/time.ts';
import type { DeliveryState } from '../../contract/words/notifications.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { readCursor, textsOf, writeCursor } from '../input/cursor.ts';
import { type Page, type PageArguments, type Range, readPage } from '../input/page.ts';
import { type Delivery, selectDelivery } from './delivery.ts';

/**
 * Reads a page of the deliveries in some states, or of all, the latest first (by `created_at`, then `id`), with one
 * statement. No connection of Prisma's: its cursor is a row, behind which nothing is found once the row was pruned; ours is
 * a position.
 * @throws InvalidCursorError, InvalidInputError
 */
export async function readDeliveryPage(
  db: Queryable,
  states: readonly DeliveryState[] | undefined,
  page: PageArguments,
): Promise<Page<Delivery>> {
  return readPage<Position, Delivery>(page, decodeCursor, async (stretch, limit, backward, other) => {
    const values: unknown[] = [];
    const direction = backward ? 'ASC' : 'DESC';
    const also = other
      ? `, EXISTS (SELECT 1 FROM deliveries${within(other, states, values)}) AS outside`
      : '';
    const text = `SELECT ${selectDelivery}${also} FROM deliveries${within(stretch, states, values)}
      ORDER BY created_at ${direction}, id ${direction} LIMIT ${limit}`;
    const rows = await db.query<Delivery & { outside?: boolean }>({ text, values });
    const edges = rows.map(({ outside: _outside, ...node }) => ({ node, cursor: encodeCursor(node) }));
    return { edges, outside: rows[0]?.outside };
  });
}

/** Counts the deliveries in some states, or all, at most `bound` of them. */
export function countDeliveries(
  { prisma }: Pick<Database, 'prisma'>,
  states: readonly DeliveryState[] | undefined,
  bound: number,
): Promise<number> {
  return prisma.delivery.count({ where: { state: { in: states && [...states] } }, take: bound });
}

type Position = Pick<Delivery, 'createdAt' | 'id'>;

/** The WHERE clause of a stretch, its values added to those of the statement. */
function within(
  { after, before, inclusive }: Range<Position>,
  states: readonly DeliveryState[] | undefined,
  values: unknown[],
): string {
  const compare = (operator: string, { createdAt, id }: Position) => {
    values.push(createdAt, id);
    return `(created_at, id) ${operator}${inclusive ? '=' : ''} ($${values.length - 1}::timestamptz, $${values.length}::uuid)`;
  };
  const conditions = [...(after ? [compare('<', after)] : []), ...(before ? [compare('>', before)] : [])];
  if (states) {
    values.push(states);
    conditions.push(`state = ANY($${values.length}::text[])`);
  }
  return conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
}

function encodeCursor({ createdAt, id }: Position): string {
  return writeCursor(JSON.stringify([createdAt, id]));
}

function decodeCursor(cursor: string): Position {
  return readCursor(cursor, (value) => {
    const [createdAt, id] = textsOf(value, 2);
    const moment = readTime(createdAt ?? '');
    if (moment === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id ?? ''))
      return undefined;
    return { createdAt: moment, id: id ?? '' };
  });
}
