import type { KeyState } from '../../contract/words/keys.ts';
import type { Scope } from '../../contract/words/viewers.ts';
import { col } from '../../database/statement.ts';

/** A key of a service or of a person, without the key itself. Times are ISO 8601 strings in UTC; an empty list of names is no bound. */
export interface ApiKey {
  id: number;
  /** Of the service, or how its person calls it. */
  name: string;
  /** The person whose key it is; null for that of a service. */
  personId: number | null;
  /** That person, as policies name them. */
  owner: string | null;
  /** How the key begins. */
  prefix: string;
  scopes: Scope[];
  projects: string[];
  plans: string[];
  labels: string[];
  tasks: string[];
  madeBy: string;
  createdAt: string;
  expiresAt: string | null;
  /** To the minute. */
  usedAt: string | null;
  replacedAt: string | null;
  revokedAt: string | null;
  revokedBy: string | null;
  /** By the database's clock. */
  state: KeyState;
}

/** The select list that yields an `ApiKey`. */
export const selectKey = `id, name, person_id AS "personId", (SELECT label FROM people WHERE people.id = person_id) AS owner, prefix, scopes, projects, plans, labels, tasks, made_by AS "madeBy",
  created_at AS "createdAt", expires_at AS "expiresAt", used_at AS "usedAt", replaced_at AS "replacedAt",
  revoked_at AS "revokedAt", revoked_by AS "revokedBy", CASE WHEN revoked_at IS NOT NULL THEN 'revoked'
    WHEN expires_at <= clock_timestamp() THEN 'expired' WHEN replaced_at IS NOT NULL THEN 'replaced' ELSE 'active' END AS state`;

/** Its columns. */
export const keyRow = {
  id: col.int,
  name: col.text,
  personId: col.int.orNull,
  owner: col.text.orNull,
  prefix: col.text,
  scopes: col.list(col.word<Scope>()),
  projects: col.list(col.text),
  plans: col.list(col.text),
  labels: col.list(col.text),
  tasks: col.list(col.text),
  madeBy: col.text,
  createdAt: col.time,
  expiresAt: col.time.orNull,
  usedAt: col.time.orNull,
  replacedAt: col.time.orNull,
  revokedAt: col.time.orNull,
  revokedBy: col.text.orNull,
  state: col.word<KeyState>(),
};

/** Who a key of a service is, wherever identities stand: no address and no login looks like it. */
export function serviceId(name: string): string {
  return `service:${name}`;
}

/** What the record of a key is about; a person stands there by number, so that nothing is left to forget. */
export function subjectOfKey({ name, personId }: Pick<ApiKey, 'name' | 'personId'>): string {
  return personId === null ? serviceId(name) : `person:${personId}/${name}`;
}
