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
  /** Whether there is more in the direction of paging is known; in the other direction it costs one statement. */
  hasNextPage: () => Promise<boolean>;
  hasPreviousPage: () => Promise<boolean>;
}

/** A stretch of a list between two positions, which belong to it only when `inclusive`. */
export interface Stretch<P> {
  after?: P;
  before?: P;
  inclusive?: boolean;
}

/** How one kind of list is read: at most `limit` edges of a stretch, nearest to its start, or to its end when `backward`. */
export type ReadStretch<P, N> = (stretch: Stretch<P>, limit: number, backward: boolean) => Promise<Edge<N>[]>;

/**
 * Reads a page with one statement, as Relay's cursor connections specify (both `first` and `last`: `last` of the
 * `first`).
 * @throws InvalidInputError for a size that is negative or over `max`, and what `decode` throws
 */
export async function readPage<P, N>(
  page: PageArguments,
  decode: (cursor: string) => P,
  read: ReadStretch<P, N>,
  max: number = pageSize.max,
): Promise<Page<N>> {
  const first = readSize('first', page.first, max);
  const last = readSize('last', page.last, max);
  const after = readCursor('after', page.after, decode);
  const before = readCursor('before', page.before, decode);

  const backward = first === undefined && last !== undefined;
  const limit = (backward ? last : first) ?? pageSize.default;
  const found = await read({ after, before }, limit + 1, backward);
  const more = found.length > limit;
  const edges = found.slice(0, limit);
  if (backward) edges.reverse();
  const cut =
    !backward && last !== undefined ? edges.splice(0, Math.max(0, edges.length - last)).length > 0 : false;
  const exists = async (stretch: Stretch<P>, towardsStart: boolean) =>
    (await read({ ...stretch, inclusive: true }, 1, towardsStart)).length > 0;

  return {
    edges,
    hasNextPage: async () => (backward ? before !== undefined && exists({ after: before }, false) : more),
    hasPreviousPage: async () => {
      if (backward) return more;
      if (cut || last !== undefined) return cut;
      return after !== undefined && exists({ before: after }, true);
    },
  };
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
  const message = `expected a whole number from 0 to ${max}, got ${size}; ask for the rest with further pages`;
  throw new InvalidInputError([{ path: [field], message, type: size < 0 ? 'too_small' : 'too_big' }]);
}
