import { plural } from '../../contract/text/plural.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** Ends all that a person has open: sessions, keys, and delegations in both directions. Gives what that was, for the record. */
export async function shutOut(tx: Queryable, person: number, by: string): Promise<string | undefined> {
  const sessions = await tx.query(endSessionsOf(person, by));
  const keys = await tx.query(revokeKeysOf(person, by));
  const delegations = await tx.query(endDelegationsWith(person));
  const ended = [
    sessions.length > 0 && `ended ${plural(sessions.length, 'session')}`,
    keys.length > 0 && `revoked ${keys.map(({ prefix }) => `${prefix}…`).join(', ')}`,
    delegations.length > 0 && `ended ${plural(delegations.length, 'delegation')}`,
  ].filter((text) => text !== false);
  return ended.length === 0 ? undefined : ended.join('; ').slice(0, 4000);
}

const endSessionsOf = statement({
  name: 'end_sessions_of',
  text: `UPDATE sessions SET ended_at = clock_timestamp(), ended_by = $2 WHERE person_id = $1 AND ended_at IS NULL
    RETURNING id`,
  row: { id: col.int },
});

const revokeKeysOf = statement({
  name: 'revoke_keys_of',
  text: `UPDATE api_keys SET revoked_at = clock_timestamp(), revoked_by = $2 WHERE person_id = $1 AND revoked_at IS NULL
    RETURNING prefix`,
  row: { prefix: col.text },
});

const endDelegationsWith = statement({
  name: 'end_delegations_with',
  text: `UPDATE delegations SET ended_at = clock_timestamp() WHERE (person_id = $1 OR delegate_id = $1) AND ended_at IS NULL
    RETURNING id`,
  row: { id: col.int },
});
