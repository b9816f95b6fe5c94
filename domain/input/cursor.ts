import { InvalidCursorError } from './errors.ts';

/** Writes a position as a cursor: URL-safe base64 of its JSON. */
export function writeCursor(json: string): string {
  return Buffer.from(json).toString('base64url');
}

/** Reads the position of a cursor; `read` gives nothing for a value that is none. @throws InvalidCursorError */
export function readCursor<Position>(
  cursor: string,
  read: (value: unknown) => Position | undefined,
): Position {
  const position = read(parse(cursor));
  if (position === undefined) throw new InvalidCursorError();
  return position;
}

/** The parts of a position that is a list of so many texts; none where it is something else. */
export function textsOf(value: unknown, count: number): string[] {
  const isList = Array.isArray(value) && value.length === count;
  return isList && value.every((part) => typeof part === 'string') ? value : [];
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw new InvalidCursorError();
  }
}
