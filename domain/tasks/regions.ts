import type { Range } from '../input/page.ts';
import type { Position, Walk } from './cursor.ts';
import type { TaskFilter } from './input.ts';

/** An end of a stretch of started tasks. */
export interface Bound {
  startedAt: string;
  id: number;
  /** Whether the task at this very position belongs to the stretch. */
  inclusive: boolean;
}

/** A stretch of the order that is one range of an index. */
export type Region =
  /** All tasks, started or not. */
  | { part: 'whole' }
  /** Started tasks, by time and id. */
  | { part: 'started'; high: Bound; low?: Bound; walk: Walk }
  /** Tasks that have not started, by id. */
  | { part: 'unstarted'; ids: IdBound[]; walk: Walk }
  /** Tasks that have moved since the walk began, by where they stood then. */
  | { part: 'moved'; stretch: Range<Position>; walk: Walk };

/** A comparison that an id must hold. */
export interface IdBound {
  operator: '<' | '<=' | '>' | '>=';
  id: number;
}

/**
 * Cuts what lies between two positions, within the filter's period, into index ranges. The order has two parts: the
 * tasks that had not started when the walk began (by id), then the started ones (by time and id). Those that have moved
 * since are apart, wherever they stood.
 */
export function cutRegions(filter: TaskFilter, { after, before, inclusive }: Range<Position>): Region[] {
  if (after === undefined && before === undefined) {
    return filter.since || filter.until ? [cutStarted(filter, {})] : [{ part: 'whole' }];
  }
  const regions: Region[] = [];
  // A task that has not started is within no period.
  const isTimed = Boolean(filter.since || filter.until);
  if (!isTimed && (after === undefined || after.startedAt === null)) {
    regions.push(...cutUnstarted({ after, before, inclusive }));
  }
  if (before === undefined || before.startedAt !== null) {
    regions.push(cutStarted(filter, { after, before, inclusive }));
  }
  const walk = walkOf({ after, before });
  if (regions.length > 0 && walk !== undefined)
    regions.push({ part: 'moved', stretch: { after, before, inclusive }, walk });
  return regions.length > 0 ? regions : [nothing];
}

/** What lies after a started task and before one that has not started. */
const nothing: Region = { part: 'unstarted', ids: [{ operator: '<', id: 0 }], walk: {} };

/** The walk that a stretch belongs to; its first page has yet to read which transactions it does not see. */
export function walkOf({ after, before }: Range<Position>): Walk | undefined {
  return [after, before].find((position) => position?.asOf !== undefined);
}

function cutUnstarted({ after, before, inclusive }: Range<Position>): Region[] {
  const ids: IdBound[] = [];
  if (after) ids.push({ operator: inclusive ? '<=' : '<', id: after.id });
  if (before?.startedAt === null) ids.push({ operator: inclusive ? '>=' : '>', id: before.id });
  return [{ part: 'unstarted', ids, walk: walkOf({ after, before }) ?? {} }];
}

/** Of a cursor and the filter's time only the tighter one bounds the range: an index range has one end on a side. */
function cutStarted(
  { since, until }: TaskFilter,
  { after, before, inclusive = false }: Range<Position>,
): Region {
  const bounds = (position: Position | undefined) =>
    position?.startedAt ? [{ startedAt: position.startedAt, id: position.id, inclusive }] : [];
  const highs = [...bounds(after), ...(until ? [{ startedAt: until, id: 0, inclusive: false }] : [])];
  const lows = [...bounds(before), ...(since ? [{ startedAt: since, id: 0, inclusive: true }] : [])];
  const high = highs.sort(byPosition)[0] ?? { startedAt: 'infinity', id: 0, inclusive: true };
  return { part: 'started', high, low: lows.sort(byPosition).at(-1), walk: walkOf({ after, before }) ?? {} };
}

function byPosition(a: Bound, b: Bound): number {
  return Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.id - b.id;
}
