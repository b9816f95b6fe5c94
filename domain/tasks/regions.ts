import type { Stretch } from '../page.ts';
import type { Position } from './cursor.ts';
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
  | { part: 'started'; high: Bound; low?: Bound; asOf?: number }
  /** Tasks that have not started, by id. */
  | { part: 'unstarted'; ids: IdBound[] }
  /** Tasks that had not started when the walk began and have since: they keep their place among the former, by id. */
  | { part: 'moved'; ids: IdBound[]; asOf: number };

/** A comparison that an id must hold. */
export interface IdBound {
  operator: '<' | '<=' | '>' | '>=';
  id: number;
}

/**
 * Cuts what lies between two positions, within the filter's period, into index ranges. The order has two parts: the
 * tasks that had not started when the walk began (by id), then the started ones (by time and id).
 */
export function cutRegions(filter: TaskFilter, { after, before, inclusive }: Stretch<Position>): Region[] {
  if (after === undefined && before === undefined) {
    return filter.since || filter.until ? [cutStarted(filter, {})] : [{ part: 'whole' }];
  }
  const regions: Region[] = [];
  if (after === undefined || after.startedAt === null) {
    regions.push(...cutUnstarted({ after, before, inclusive }));
  }
  if (before === undefined || before.startedAt !== null) {
    regions.push(cutStarted(filter, { after, before, inclusive }));
  }
  return regions.length > 0 ? regions : [nothing];
}

/** What lies after a started task and before one that has not started. */
const nothing: Region = { part: 'unstarted', ids: [{ operator: '<', id: 0 }] };

function cutUnstarted({ after, before, inclusive }: Stretch<Position>): Region[] {
  const ids: IdBound[] = [];
  if (after) ids.push({ operator: inclusive ? '<=' : '<', id: after.id });
  if (before?.startedAt === null) ids.push({ operator: inclusive ? '>=' : '>', id: before.id });
  const asOf = after?.asOf ?? before?.asOf;
  const unstarted: Region = { part: 'unstarted', ids };
  return asOf === undefined ? [unstarted] : [unstarted, { part: 'moved', ids, asOf }];
}

/** Of a cursor and the filter's time only the tighter one bounds the range: an index range has one end on a side. */
function cutStarted(
  { since, until }: TaskFilter,
  { after, before, inclusive = false }: Stretch<Position>,
): Region {
  const bounds = (position: Position | undefined) =>
    position?.startedAt ? [{ startedAt: position.startedAt, id: position.id, inclusive }] : [];
  const highs = [...bounds(after), ...(until ? [{ startedAt: until, id: 0, inclusive: false }] : [])];
  const lows = [...bounds(before), ...(since ? [{ startedAt: since, id: 0, inclusive: true }] : [])];
  const high = highs.sort(byPosition)[0] ?? { startedAt: 'infinity', id: 0, inclusive: true };
  return { part: 'started', high, low: lows.sort(byPosition).at(-1), asOf: after?.asOf ?? before?.asOf };
}

function byPosition(a: Bound, b: Bound): number {
  return Date.parse(a.startedAt) - Date.parse(b.startedAt) || a.id - b.id;
}
