import { readTime } from '../../contract/input/time.ts';
import { InvalidCursorError } from '../input/errors.ts';
import { maxInteger } from './input.ts';

/** Which transactions a walk has not seen: what they move stands for it where it stood. */
export type Walk = Pick<Position, 'asOf' | 'open'>;

/** A position in the order `(started_at DESC NULLS FIRST, id DESC)`: the row at it has been seen. */
export interface Position {
  startedAt: string | null;
  id: number;
  /**
   * The first transaction that had not begun when the walk did. Rows that it or a later one moves keep their old place
   * for this walk, so none is seen twice or missed. Cursors of the older system have none.
   */
  asOf?: number;
  /** The transactions before it that had not ended, by how much earlier they are: what they move has moved since, too. */
  open?: readonly number[];
}

/** Writes a position as URL-safe base64 of `{"started_at", "id", "as_of", "open"}`, the form of the REST contract. */
export function encodeCursor({ startedAt, id, asOf, open = [] }: Position): string {
  const json = `{"started_at":${startedAt === null ? 'null' : `"${startedAt}"`},"id":${id}${asOf === undefined ? '' : `,"as_of":${asOf}`}${open.length === 0 ? '' : `,"open":[${open}]`}}`;
  return Buffer.from(json).toString('base64url');
}

/**
 * Reads a cursor, padded or not, of this server or of the older one.
 * @throws InvalidCursorError when it is none.
 */
export function decodeCursor(cursor: string): Position {
  if (!/^[A-Za-z0-9_-]{1,1024}={0,2}$/.test(cursor)) throw new InvalidCursorError();
  const { started_at: startedAt, id, as_of: asOf, open } = parse(cursor);
  if (!isCount(id, maxInteger)) throw new InvalidCursorError();
  if (asOf !== undefined && !isCount(asOf, Number.MAX_SAFE_INTEGER)) throw new InvalidCursorError();
  if (open !== undefined && !isOpen(open)) throw new InvalidCursorError();
  const walk = { asOf, ...(open && { open }) };
  if (startedAt === null) return { startedAt, id, ...walk };
  const moment = typeof startedAt === 'string' ? readTime(startedAt) : undefined;
  if (moment === undefined) throw new InvalidCursorError();
  return { startedAt: moment, id, ...walk };
}

function parse(cursor: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through to the one error that a bad cursor gets.
  }
  throw new InvalidCursorError();
}

/** So many transactions that have not ended a cursor tells apart; there are hardly ever more. */
export const mostOpen = 64;

function isOpen(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= mostOpen && value.every((one) => isCount(one, maxInteger));
}

function isCount(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
}
