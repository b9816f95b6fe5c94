import { plural } from '../../contract/text/plural.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/**
 * Ends what an account has made as its person, or may have: the keys that were made with it, and where the account is not
 * known, as with delegations and keys from before, what is newer than its link. Gives what that was, for the record.
 */
export async function endMadeSinceLinked(
  tx: Queryable,
  { account, person, by }: { account: number; person: number; by: string },
): Promise<string | undefined> {
  const keys = await tx.query(revokeKeysOfAccount(account, person, by));
  const delegations = await tx.query(endDelegationsSinceLink(account, person));
  const ended = [
    keys.length > 0 && `revoked ${keys.map(({ prefix }) => `${prefix}…`).join(', ')}`,
    delegations.length > 0 && `ended ${plural(delegations.length, 'delegation')}`,
  ].filter((text) => text !== false);
  return ended.length === 0 ? undefined : ended.join('; ').slice(0, 3900);
}

/** When an account was linked the last time, as the record says; one that nobody linked was there from the start. */
const linkedAt = `(SELECT coalesce((SELECT max(decisions.decided_at) FROM decisions WHERE action = 'link_person' AND outcome = 'done'
    AND starts_with(note, 'account ' || principals.id || ' (') AND decisions.decided_at >= principals.created_at), principals.created_at)
  FROM principals WHERE principals.id = $1::int)`;

const revokeKeysOfAccount = statement({
  name: 'revoke_keys_of_account',
  text: `UPDATE api_keys SET revoked_at = clock_timestamp(), revoked_by = $3 WHERE person_id = $2 AND revoked_at IS NULL
      AND (principal_id = $1::int OR principal_id IS NULL AND created_at >= ${linkedAt}) RETURNING prefix`,
  row: { prefix: col.text },
});

const endDelegationsSinceLink = statement({
  name: 'end_delegations_since_link',
  text: `UPDATE delegations SET ended_at = clock_timestamp() WHERE person_id = $2 AND ended_at IS NULL
      AND created_at >= ${linkedAt} RETURNING id`,
  row: { id: col.int },
});
