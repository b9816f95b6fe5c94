import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** That somebody decides for somebody else until a time. Times are ISO 8601 strings in UTC. */
export interface Delegation {
  id: number;
  /** The numbers of both. */
  personId: number;
  /** By their names; null once forgotten. */
  from: string | null;
  to: string | null;
  until: string;
  createdAt: string;
  endedAt: string | null;
}

/** The select list and the tables that yield a `Delegation`. */
export const selectDelegation = `SELECT delegations.id, person_id AS "personId", ann.label AS "from", bob.label AS "to", until,
    delegations.created_at AS "createdAt", ended_at AS "endedAt"
  FROM delegations JOIN people ann ON ann.id = person_id JOIN people bob ON bob.id = delegate_id`;

/** Its columns. */
export const delegationRow = {
  id: col.int,
  personId: col.int,
  from: col.text.orNull,
  to: col.text.orNull,
  until: col.time,
  createdAt: col.time,
  endedAt: col.time.orNull,
};

/** Reads who decides for several people now, with one statement, in the order of the ids. */
export async function readDelegations(db: Queryable, people: readonly number[]): Promise<Delegation[][]> {
  const found = Map.groupBy(await db.query(delegationsOf(people)), ({ personId }) => personId);
  return people.map((id) => (found.get(id) ?? []).slice(0, 50));
}

const delegationsOf = statement({
  name: 'delegations_of',
  text: `${selectDelegation} WHERE person_id = ANY($1::int[]) AND ended_at IS NULL AND until > clock_timestamp()
    ORDER BY delegations.id`,
  row: delegationRow,
});
