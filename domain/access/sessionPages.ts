import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readCursor, writeCursor } from '../input/cursor.ts';
import { type Page, type PageArguments, readPage } from '../input/page.ts';
import { maxInteger } from '../tasks/input.ts';
import {
  belongsTo,
  isOpen,
  type Session,
  type SessionOwnerFilter,
  selectSession,
  sessionRow,
  sessionsWithOwner,
} from './session.ts';

/** Which sessions a list holds: with `all` those too that have ended. */
export interface SessionFilter extends SessionOwnerFilter {
  all: boolean;
}

/** Reads a page of sessions, newest first. @throws InvalidCursorError, InvalidInputError */
export function readSessionPage(
  db: Queryable,
  { kind, name, all }: SessionFilter,
  page: PageArguments,
): Promise<Page<Session>> {
  return readPage<number, Session>(page, decodeCursor, async (stretch, limit, backward) => {
    const { after = maxInteger, before = 0, inclusive = false } = stretch;
    const read = backward ? sessionsBackward : sessionsForward;
    const sessions = await db.query(read(after, before, inclusive, all, kind, name, limit));
    return { edges: sessions.map((node) => ({ node, cursor: writeCursor(JSON.stringify([node.id])) })) };
  });
}

const inStretch = `(sessions.id < $1::int OR $3 AND sessions.id = $1::int) AND (sessions.id > $2::int OR $3 AND sessions.id = $2::int)
  AND ($4 OR ${isOpen}) AND ${belongsTo(5, 6)}`;

const sessionsForward = statement({
  name: 'sessions_forward',
  text: `SELECT ${selectSession} FROM ${sessionsWithOwner} WHERE ${inStretch} ORDER BY sessions.id DESC LIMIT $7`,
  row: sessionRow,
});

const sessionsBackward = statement({
  name: 'sessions_backward',
  text: `SELECT ${selectSession} FROM ${sessionsWithOwner} WHERE ${inStretch} ORDER BY sessions.id LIMIT $7`,
  row: sessionRow,
});

/** Counts the sessions, at most `bound` of them. */
export async function countSessions(
  db: Queryable,
  { kind, name, all }: SessionFilter,
  bound: number,
): Promise<number> {
  const [row] = await db.query(countSessionsSql(all, kind, name, bound));
  return row?.count ?? 0;
}

const countSessionsSql = statement({
  name: 'count_sessions',
  text: `SELECT count(*)::int AS count FROM (
      SELECT 1 FROM ${sessionsWithOwner} WHERE ($1 OR ${isOpen}) AND ${belongsTo(2, 3)} LIMIT $4) counted`,
  row: { count: col.int },
});

/** Reads one session; undefined where it is gone. */
export async function findSession(db: Queryable, id: number): Promise<Session | undefined> {
  const [found] = await db.query(sessionById(id));
  return found;
}

const sessionById = statement({
  name: 'session_by_id',
  text: `SELECT ${selectSession} FROM ${sessionsWithOwner} WHERE sessions.id = $1`,
  row: sessionRow,
});

function decodeCursor(cursor: string): number {
  return readCursor(cursor, (value) => {
    const [id, ...more] = Array.isArray(value) ? value : [];
    const isId = more.length === 0 && Number.isInteger(id) && id > 0 && id <= maxInteger;
    return isId ? Number(id) : undefined;
  });
}
