import { col, statement } from '../../database/statement.ts';
import { personByKey } from './person.ts';

/** Makes sign-ins of one account, or of one name, follow each other. */
export const lockSignIns = statement({
  name: 'lock_sign_ins',
  text: 'SELECT pg_advisory_xact_lock(hashtextextended(one, 47)) FROM unnest(ARRAY[$1::text, $2::text]) AS one ORDER BY one',
});

/**
 * Finds an account by what never changes of it, and holds it: whoever removes or forgets the person, or moves the account,
 * waits for the sign-in, or it for them.
 */
export const findPrincipal = statement({
  name: 'find_principal',
  text: `SELECT id, person_id AS "personId", label, linked_by AS "linkedBy" FROM principals
    WHERE kind = $1 AND issuer = $2 AND subject = $3 FOR UPDATE`,
  row: { id: col.int, personId: col.int.orNull, label: col.text, linkedBy: col.text.orNull },
});

/** What of a person decides about a sign-in. */
export interface PersonRow {
  id: number;
  label: string | null;
  grants: string[];
  isGone: boolean;
}

const personColumns = 'id, label, grants, (removed_at IS NOT NULL OR forgotten_at IS NOT NULL) AS "isGone"';
const personRow = { id: col.int, label: col.text.orNull, grants: col.list(col.text), isGone: col.bool };

/** Finds the person who has a name, or a linked address, by its key. */
export const findPerson = statement({
  name: 'find_person',
  text: `SELECT ${personColumns} FROM people WHERE id = ${personByKey('$1::text')} FOR NO KEY UPDATE`,
  row: personRow,
});

/** Reads a person by its number. */
export const readPerson = statement({
  name: 'read_person',
  text: `SELECT ${personColumns} FROM people WHERE id = $1 FOR NO KEY UPDATE`,
  row: personRow,
});

/** Says whether a person has an account of an issuer, or of any. */
export const otherAccounts = statement({
  name: 'other_accounts',
  text: 'SELECT id FROM principals WHERE person_id = $1 AND kind = $2 AND ($3::text IS NULL OR issuer = $3) LIMIT 1',
  row: { id: col.int },
});

/** Makes a person, unless somebody has the name. */
export const insertPerson = statement({
  name: 'insert_person',
  text: 'INSERT INTO people (label, identity_key) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id',
  row: { id: col.int },
});

/** Makes an account, or notes what it shows now. */
export const insertPrincipal = statement({
  name: 'insert_principal',
  text: `INSERT INTO principals (person_id, kind, issuer, subject, label, identity_key, grants, groups, signed_in_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7::text[], $8::text[], CASE WHEN $1::int IS NULL THEN NULL ELSE clock_timestamp() END)
    ON CONFLICT (kind, issuer, subject) DO UPDATE SET label = excluded.label, identity_key = excluded.identity_key, grants = excluded.grants,
      groups = excluded.groups, signed_in_at = excluded.signed_in_at
    RETURNING id`,
  row: { id: col.int },
});

/** Notes that a person has signed in. */
export const noteSignIn = statement({
  name: 'note_sign_in',
  text: 'UPDATE people SET signed_in_at = clock_timestamp() WHERE id = $1',
});
