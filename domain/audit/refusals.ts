import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';

/** So many refusals of one viewer and hour are rows of the record; the others are counted. */
export const maxRefusalsAnHour = 100;

const thisHour = `date_trunc('hour', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'`;

type Places = Record<'kind' | 'via' | 'address' | 'action' | 'proof', number>;

// Names of each kind are counted apart, so that nobody uses up the rows of a person, and refused sign-ins by how they were
// tried, so that nothing else hides them.
const viewerOfHour = ({ kind, action, proof }: Places) =>
  `CASE WHEN $${kind}::text = 'person' THEN who.viewer ELSE left(concat_ws(' ',
    CASE WHEN $${action}::text = 'sign_in' THEN concat_ws(':', 'sign_in', $${proof}::text) END, $${kind}::text, ascii_key(who.viewer)), 128) END`;
const withoutKind = `CASE WHEN viewer_kind IS DISTINCT FROM 'person'
  THEN regexp_replace(viewer, '^(sign_in(:[a-z]+)? )?' || viewer_kind || ' ', '') ELSE viewer END`;

/**
 * The common table expression `counted`, which counts refusals of a viewer and says how many of them get rows
 * (`granted`); the expression `who` must stand before it. Its values are those of the statement at these places; `more`
 * says how many there are.
 */
export function countRefusals(at: Places, more: string): string {
  const room = `least(${more}, greatest(${maxRefusalsAnHour} - hours.recorded, 0))`;
  return `counted AS (
    INSERT INTO refusal_hours AS hours (viewer, hour, recorded, left_out, granted, viewer_kind, action, via, address)
    SELECT ${viewerOfHour(at)}, ${thisHour}, least(${more}, ${maxRefusalsAnHour}),
      greatest(${more} - ${maxRefusalsAnHour}, 0), least(${more}, ${maxRefusalsAnHour}), $${at.kind}::text,
      $${at.action}::text, $${at.via}::text, $${at.address}::text FROM who
    ON CONFLICT (viewer, hour) DO UPDATE SET granted = ${room}, recorded = hours.recorded + ${room},
      left_out = hours.left_out + ${more} - ${room}, viewer_kind = excluded.viewer_kind, action = excluded.action,
      via = excluded.via, address = excluded.address
    RETURNING granted)`;
}

/**
 * Writes down of each hour that is over, and of each viewer, how many refusals have no row of their own; however many
 * replicas do so, once. Says of how many viewers and hours there was something to write.
 */
export async function sumUpRefusals(db: Queryable): Promise<number> {
  const written = await db.query(sumUpRefusalsSql());
  return written.length;
}

const sumUpRefusalsSql = statement({
  name: 'sum_up_refusals',
  text: `WITH ended AS (DELETE FROM refusal_hours WHERE hour < ${thisHour} RETURNING *)
      INSERT INTO decisions (action, outcome, refusal, viewer, viewer_kind, via, address)
      SELECT action, 'refused', left_out || ' more attempts were refused between '
          || to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' and '
          || to_char((hour + interval '1 hour') AT TIME ZONE 'UTC', 'HH24:MI') || ' UTC; an hour has at most '
          || '${maxRefusalsAnHour} rows of refusals of one viewer. This is the last of them.',
        ${withoutKind}, viewer_kind, via, address
      FROM ended WHERE left_out > 0 ORDER BY hour, viewer RETURNING 1`,
});
