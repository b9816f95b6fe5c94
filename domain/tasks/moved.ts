import { mostOpen, type Walk } from './cursor.ts';
import type { Values } from './filterSql.ts';

const xmax = 'pg_snapshot_xmax(pg_current_snapshot())::text::bigint';

/** What the first page of a walk selects beside its rows: which transactions it has not seen. */
export const selectWalk = `(SELECT ${xmax}) AS "asOf", ARRAY(SELECT (${xmax} - xid::text::bigint)::int
  FROM pg_snapshot_xip(pg_current_snapshot()) xid WHERE ${xmax} - xid::text::bigint < 2147483647 ORDER BY xid DESC LIMIT ${mostOpen}) AS open`;

/** The expressions by which a walk tells rows that were moved since it began. */
export interface MovedSince {
  /** Whether the row has moved; through the index of moves. */
  hasMoved: string;
  hasNotMoved: string;
  /** Where it stood when the walk began. */
  place: string;
}

/**
 * Builds them for a walk. A transaction is of later when the walk's first page has not seen it. Its last move tells whether
 * any of a row is: what comes after one of later is of later too. Numbers that the database has not reached yet are those
 * of another one, whose copy this is.
 */
export function movedSince({ asOf = 0, open = [] }: Walk, values: Values): MovedSince {
  const first = values.add(asOf, 'bigint');
  const others =
    open.length === 0
      ? undefined
      : values.add(
          open.map((age) => asOf - age),
          'bigint[]',
        );
  const isLater = (xid: string) => {
    const later = `${xid} >= ${first}`;
    return `${others === undefined ? later : `(${later} OR ${xid} = ANY(${others}))`} AND ${xid} < (SELECT ${xmax})`;
  };
  const lowest = open.length === 0 ? undefined : values.add(asOf - Math.max(...open), 'bigint');
  const hasMoved = `${lowest === undefined ? '' : `moved_xid >= ${lowest} AND `}${isLater('moved_xid')}`;
  return {
    hasMoved,
    hasNotMoved: `(moved_xid IS NULL OR NOT (${hasMoved}))`,
    place: `moved_from[(SELECT min(place) FROM generate_subscripts(moved_xids, 1) place WHERE ${isLater('moved_xids[place]')})]`,
  };
}
