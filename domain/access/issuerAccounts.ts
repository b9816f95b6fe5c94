import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { otherNamesOf } from './person.ts';

/** An account of an issuer, by which somebody has signed in here. */
export interface IssuerAccount {
  issuer: string;
  subject: string;
  /** Nothing where it waits for an admin to link it. */
  person: number | null;
  /** The person, as policies name them. */
  label: string | null;
  /** The other names of the person. */
  also: string[];
  /** The roles that an admin gave the person, as they are stored. */
  grants: string[] | null;
  isGone: boolean;
}

/** Reads which of these accounts, given side by side, have signed in here. */
export function readIssuerAccounts(
  db: Queryable,
  issuers: readonly string[],
  subjects: readonly string[],
): Promise<IssuerAccount[]> {
  return db.query(issuerAccounts(issuers, subjects));
}

const issuerAccounts = statement({
  name: 'issuer_accounts',
  text: `SELECT issuer, subject, person_id AS person, people.label, people.grants,
      ${otherNamesOf('principals.person_id')} AS also,
      (removed_at IS NOT NULL OR forgotten_at IS NOT NULL) AS "isGone"
    FROM principals LEFT JOIN people ON people.id = person_id
    WHERE kind = 'issuer' AND (issuer, subject) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
  row: {
    issuer: col.text,
    subject: col.text,
    person: col.int.orNull,
    label: col.text.orNull,
    also: col.list(col.text),
    grants: col.list(col.text).orNull,
    isGone: col.bool,
  },
});
