import { InvalidCursorError } from '../errors.ts';
import { readTime } from '../input/time.ts';
import { maxInteger } from './input.ts';

/** A position in the order `(started_at DESC NULLS FIRST, id DESC)`: the row at it has been seen. */
export interface Position {
  startedAt: string | null;
  id: number;
  /**
   * The number of the last move when the walk began. Rows that have moved since keep their old place for this
   * walk, so none is seen twice. Cursors of the older system have none.
   */
  asOf?: number;
}

/** Writes a position as URL-safe base64 of `{"started_at", "id", "as_of"}`, the form of the REST contract. */
export function encodeCursor({ startedAt, id, asOf }: Position): string {
  const json = `{"started_at":${startedAt === null ? 'null' : `"${startedAt}"`},"id":${id}${asOf === undefined ? '' : `,"as_of":${asOf}`}}`;
  return Buffer.from(json).toString('base64url');
}

/**
 * Reads a cursor, padded or not, of this server or of the older one.
 * @throws InvalidCursorError when it is none.
 */
export function decodeCursor(cursor: string): Position {
  if (!/^[A-Za-z0-9_-]{1,512}={0,2}$/.test(cursor)) throw new InvalidCursorError();
  const { started_at: startedAt, id, as_of: asOf } = parse(cursor);
  if (!isCount(id, maxInteger)) throw new InvalidCursorError();
  if (asOf !== undefined && !isCount(asOf, Number.MAX_SAFE_INTEGER)) throw new InvalidCursorError();
  if (startedAt === null) return { startedAt, id, asOf };
  const moment = typeof startedAt === 'string' ? readTime(startedAt) : undefined;
  if (moment === undefined) throw new InvalidCursorError();
  return { startedAt: moment, id, asOf };
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

function isCount(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
}
