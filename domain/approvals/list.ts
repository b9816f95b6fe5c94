import * as z from 'zod';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { readCursor, writeCursor } from '../input/cursor.ts';
import { type Edge, type Page, type PageArguments, type Range, readPage } from '../input/page.ts';
import { mayDo, type Viewer } from '../input/viewer.ts';
import { maxInteger } from '../tasks/input.ts';
import type { Approval } from './approval.ts';
import { findApprovals } from './read.ts';
import { type DecisionRights, readRights } from './rights.ts';

/** Which of the approvals that wait a list holds. */
export interface ApprovalFilter {
  /** Only those that wait for the viewer, or only the others. */
  mine?: boolean | null | undefined;
}

/** Whose approvals are listed. */
type ListStore = Parameters<typeof readRights>[0];

/** A place in the order: by expiry, those that never expire last. */
interface Position {
  expiresAt: string | null;
  id: number;
}
type Place = Position & { taskId: number };

/**
 * Reads a page of the approvals that wait for a decision, those that expire first first. @throws InvalidCursorError,
 * InvalidInputError
 */
export function readApprovalPage(
  store: ListStore,
  viewer: Viewer,
  filter: ApprovalFilter,
  page: PageArguments,
): Promise<Page<Approval>> {
  return readPage<Position, Approval>(page, decodeCursor, async (range, limit, backward) => {
    const places = await findPlaces(store, viewer, filter, { range, limit, backward });
    const approvals = await findApprovals(
      store.db,
      places.map(({ id }) => id),
    );
    const edges = places.map((place, index): Edge<Approval> | undefined => {
      const node = approvals[index];
      return node ? { node, cursor: writeCursor(JSON.stringify([place.expiresAt, place.id])) } : undefined;
    });
    return { edges: edges.filter((edge) => edge !== undefined) };
  });
}

/** Counts the approvals that wait, at most `bound` of them. */
export async function countApprovals(
  store: ListStore,
  viewer: Viewer,
  filter: ApprovalFilter,
  bound: number,
): Promise<number> {
  if (filter.mine == null) {
    const [row] = await store.db.query(countWaitingApprovals(bound));
    return row?.count ?? 0;
  }
  return (await findPlaces(store, viewer, filter, { range: {}, limit: bound, backward: false })).length;
}

const countWaitingApprovals = statement({
  name: 'count_waiting_approvals',
  text: `SELECT count(*)::int AS count FROM (SELECT 1 FROM approvals WHERE ended_at IS NULL LIMIT $1) counted`,
  row: { count: col.int },
});

/** What of the order is wanted. */
interface Wanted {
  range: Range<Position>;
  limit: number;
  backward: boolean;
}

/** Whom an approval waits for is judged, and not found by the database: so many are judged at once, and in all. */
const judgedTogether = 500;
const maxJudged = 5000;

async function findPlaces(
  store: ListStore,
  viewer: Viewer,
  { mine }: ApprovalFilter,
  { range, limit, backward }: Wanted,
): Promise<Place[]> {
  if (mine == null) return readPlaces(store.db, range, limit, backward);
  // Whoever may decide nothing has nothing to wait for them.
  if (!mayDo(viewer, 'approve')) return mine ? [] : readPlaces(store.db, range, limit, backward);
  const found: Place[] = [];
  let rest = range;
  for (let judged = 0; judged < maxJudged && found.length < limit; judged += judgedTogether) {
    const places = await readPlaces(store.db, rest, judgedTogether, backward);
    const rights = await readRights(
      store,
      viewer,
      places.map(({ taskId }) => ({ taskId, state: 'pending' })),
    );
    found.push(...places.filter((_, index) => waitsFor(rights[index]) === mine));
    const last = places.at(-1);
    if (last === undefined || places.length < judgedTogether) break;
    rest = backward ? { ...range, before: last } : { ...range, after: last };
  }
  return found.slice(0, limit);
}

/** Says whether an approval waits for somebody who has these rights. */
export function waitsFor(rights: DecisionRights | undefined): boolean {
  if (rights === undefined || rights.hasVoted) return false;
  return rights.whyNot.approve === null || rights.needsFreshSignIn;
}

function readPlaces(
  db: Queryable,
  { after, before, inclusive = false }: Range<Position>,
  limit: number,
  backward: boolean,
): Promise<Place[]> {
  const read = backward ? placesBackward : placesForward;
  return db.query(read(after?.id, after?.expiresAt, before?.id, before?.expiresAt, inclusive, limit));
}

const never = `'infinity'::timestamptz`;
const place = `(coalesce(expires_at, ${never}), id)`;
const given = (id: number) => `(coalesce($${id + 1}::timestamptz, ${never}), $${id}::int)`;

const places = (
  order: string,
) => `SELECT id, task_id AS "taskId", expires_at AS "expiresAt" FROM approvals WHERE ended_at IS NULL
    AND ($1::int IS NULL OR ${place} > ${given(1)} OR $5::boolean AND id = $1)
    AND ($3::int IS NULL OR ${place} < ${given(3)} OR $5::boolean AND id = $3)
  ORDER BY ${order} LIMIT $6`;
const placeRow = { id: col.int, taskId: col.int, expiresAt: col.time.orNull };

const placesForward = statement({
  name: 'approval_places_forward',
  text: places('expires_at, id'),
  row: placeRow,
});

const placesBackward = statement({
  name: 'approval_places_backward',
  text: places('expires_at DESC NULLS FIRST, id DESC'),
  row: placeRow,
});

const position = z.tuple([z.iso.datetime().nullable(), z.int().min(1).max(maxInteger)]);

function decodeCursor(cursor: string): Position {
  return readCursor(cursor, (value) => {
    const { data } = position.safeParse(value);
    return data && { expiresAt: data[0], id: data[1] };
  });
}
