import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { type ApiKey, keyRow, selectKey } from './key.ts';

/** What a request with a key is judged by. */
export interface KeyFacts extends ApiKey {
  sha256: string;
}

/** Reads keys by their SHA-256, with one statement; of those that do not exist nothing. */
export function readKeyFacts(db: Queryable, hashes: readonly string[]): Promise<KeyFacts[]> {
  return db.query(keyFacts(hashes));
}

const keyFacts = statement({
  name: 'key_facts',
  text: `SELECT sha256, ${selectKey} FROM api_keys WHERE sha256 = ANY($1::text[])`,
  row: { sha256: col.text, ...keyRow },
});

/** A key that was used, and where the request came from. */
export interface KeyUse {
  id: number;
  address: string | undefined;
}

/** Notes that keys are used, for each at most once a minute, and on record the first time. */
export async function noteKeyUses(db: Queryable, uses: readonly KeyUse[]): Promise<void> {
  await db.query(
    noteUses(
      uses.map(({ id }) => id),
      uses.map(({ address }) => address ?? null),
    ),
  );
}

const noteUses = statement({
  name: 'note_key_uses',
  text: `WITH used AS (
      SELECT api_keys.id, name, prefix, used_at, given.address
      FROM unnest($1::int[], $2::text[]) AS given (id, address) JOIN api_keys ON api_keys.id = given.id
      WHERE used_at IS NULL OR used_at < clock_timestamp() - interval '1 minute' ORDER BY api_keys.id FOR UPDATE OF api_keys
    ), noted AS (
      UPDATE api_keys SET used_at = date_trunc('minute', clock_timestamp()) FROM used WHERE api_keys.id = used.id
    )
    INSERT INTO decisions (action, outcome, subject, viewer, viewer_kind, via, address, note)
    SELECT 'use_key', 'done', 'service:' || name, 'service:' || name, 'service', 'engine', address, prefix || '…'
    FROM used WHERE used_at IS NULL`,
});
