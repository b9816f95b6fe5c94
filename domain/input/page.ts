import { InvalidCursorError, InvalidInputError } from './errors.ts';

/** Relay's four arguments: `after` and `before` cut the list, `first` takes from its start, `last` from its end. */
export interface PageArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** The size of a page when none is asked for, and the largest. */
export const pageSize = { default: 50, max: 200 } as const;

/** One node of a page, with its cursor. */
export interface Edge<N> {
  readonly node: N;
  readonly cursor: string;
}

/** A page in the order of its list, whichever way it was asked for. */
export interface Page<N> {
  edges: Edge<N>[];
  /** Whether there is more in the direction of paging is known; in the other direction it may cost a statement. */
  hasNextPage: () => Promise<boolean>;
  hasPreviousPage: () => Promise<boolean>;
  /** The cursors of where a search stopped before it had found all, at that end; the next page goes on from there. */
  reach?: { start?: string; end?: string };
}

/** A stretch of a list between two positions, which belong to it only when `inclusive`. */
export interface Range<P> {
  after?: P;
  before?: P;
  inclusive?: boolean;
}

/**
 * How one kind of list is read: at most `limit` edges of a stretch, nearest to its start, or to its end when
 * `backward`. With `outside` it may tell in the same statement whether that stretch holds anything. Where it did not look at
 * all of the stretch it gives as `reach` the cursor of where it stopped.
 */
export type ReadRange<P, N> = (
  range: Range<P>,
  limit: number,
  backward: boolean,
  outside?: Range<P>,
) => Promise<{ edges: Edge<N>[]; outside?: boolean; reach?: string | undefined }>;

/**
 * Reads a page with one statement, as Relay's cursor connections specify (both `first` and `last`: `last` of the
 * `first`).
 * @throws InvalidInputError for a size that is negative or over `max`, and what `decode` throws
 */
export async function readPage<P, N>(
  page: PageArguments,
  decode: (cursor: string) => P,
  read: ReadRange<P, N>,
  max: number = pageSize.max,
): Promise<Page<N>> {
  const first = readSize('first', page.first, max);
  const last = readSize('last', page.last, max);
  const after = readCursor('after', page.after, decode);
  const before = readCursor('before', page.before, decode);

  const backward = first === undefined && last !== undefined;
  const limit = (backward ? last : first) ?? pageSize.default;
  const outside = outsideOf(backward ? { before } : { after });
  const found = await read({ after, before }, limit + 1, backward, outside);
  const isFull = found.edges.length > limit;
  const reach = isFull ? undefined : found.reach;
  const more = isFull || reach !== undefined;
  const edges = found.edges.slice(0, limit);
  if (backward) edges.reverse();
  const cut = backward || last === undefined ? 0 : edges.splice(0, Math.max(0, edges.length - last)).length;
  const holdsOutside = async () => {
    if (outside === undefined || found.outside !== undefined) return found.outside ?? false;
    const beyond = await read(outside, 1, !backward);
    return beyond.edges.length > 0 || beyond.reach !== undefined;
  };

  return {
    edges,
    ...(reach === undefined ? {} : { reach: backward ? { start: reach } : { end: reach } }),
    hasNextPage: async () => (backward ? holdsOutside() : more),
    hasPreviousPage: async () => {
      if (backward) return more;
      return last === undefined ? holdsOutside() : cut > 0;
    },
  };
}

/** What lies on the other side of the cursor that a page starts from, the row at it included. */
function outsideOf<P>({ after, before }: Range<P>): Range<P> | undefined {
  if (after !== undefined) return { before: after, inclusive: true };
  return before === undefined ? undefined : { after: before, inclusive: true };
}

function readCursor<P>(
  field: 'after' | 'before',
  cursor: string | null | undefined,
  decode: (cursor: string) => P,
): P | undefined {
  if (cursor == null) return undefined;
  try {
    return decode(cursor);
  } catch (error) {
    throw error instanceof InvalidCursorError ? new InvalidCursorError(field) : error;
  }
}

function readSize(field: 'first' | 'last', size: number | null | undefined, max: number): number | undefined {
  if (size == null) return undefined;
  if (Number.isInteger(size) && size >= 0 && size <= max) return size;
  const message = `expected a whole number from 0 to ${max}, got ${size}; read the rest page by page`;
  throw new InvalidInputError([{ path: [field], message, type: size < 0 ? 'too_small' : 'too_big' }]);
}
