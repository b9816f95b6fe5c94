import { readTime } from '../../contract/input/time.ts';
import { readCursor, writeCursor } from '../input/cursor.ts';
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
  return writeCursor(json);
}

/**
 * Reads a cursor, padded or not, of this server or of the older one.
 * @throws InvalidCursorError when it is none.
 */
export function decodeCursor(cursor: string): Position {
  if (!/^[A-Za-z0-9_-]{1,1024}={0,2}$/.test(cursor)) throw new InvalidCursorError();
  return readCursor(cursor, readPosition);
}

function readPosition(value: unknown): Position | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { started_at: startedAt, id, as_of: asOf, open } = value as Record<string, unknown>;
  if (!isCount(id, maxInteger)) return undefined;
  if (asOf !== undefined && !isCount(asOf, Number.MAX_SAFE_INTEGER)) return undefined;
  if (open !== undefined && !isOpen(open)) return undefined;
  const walk = { asOf, ...(open && { open }) };
  if (startedAt === null) return { startedAt, id, ...walk };
  const moment = typeof startedAt === 'string' ? readTime(startedAt) : undefined;
  return moment === undefined ? undefined : { startedAt: moment, id, ...walk };
}

/** So many transactions that have not ended a cursor tells apart; there are hardly ever more. */
export const mostOpen = 64;

function isOpen(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= mostOpen && value.every((one) => isCount(one, maxInteger));
}

function isCount(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
}
