import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import type { PrincipalKind } from '../../contract/words/people.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** Whoever is named by nothing but a login of GitHub. */
const loginPrefix = 'github:';

/** Says whether a name is that of a login, and of nobody whom this server knows otherwise. */
export function isLoginName(name: string | null | undefined): boolean {
  return name != null && identityKey(name).startsWith(loginPrefix);
}

/** A person whose account may have a new name. */
export interface Renamed {
  person: number;
  /** How the person is named so far. */
  before: string | null;
  kind: PrincipalKind;
  /** The account as it was at its last sign-in; none of a new one. */
  account: { label: string } | undefined;
  /** How the person is to be named. */
  now: string;
}

/**
 * Gives a person the name that their account of GitHub has now, where they are named by the former one, unless somebody
 * else has it, or had it. Says how the person is named afterwards.
 */
export async function followLogin(
  tx: Queryable,
  { person, before, kind, account, now }: Renamed,
): Promise<string> {
  // Whoever takes a login that the settings map to somebody is not that person.
  if (kind !== 'github' || account === undefined || !isLoginName(now)) return before ?? now;
  const isByLogin = before !== null && isSame(before, `${loginPrefix}${account.label}`);
  if (!isByLogin || before === now || (await isTaken(tx, now, person))) return before ?? now;
  await tx.query(renamePerson(person, now, identityKey(now)));
  if (!isSame(before, now)) await tx.query(keepFormerName(identityKey(before), person));
  return now;
}

/** What is known of an account and of its person. */
interface KnownAccount {
  /** The name that the account would have here. */
  label: string;
  known?: { linkedBy: string | null } | undefined;
  person?: { id: number; label: string | null } | undefined;
}

/** Says why nobody can tell by its name whose account it is: it waits for an admin then. */
export async function whyUnclear(
  tx: Queryable,
  { kind, isBesideIssuer = false }: { kind: PrincipalKind; isBesideIssuer?: boolean },
  { label, known, person }: KnownAccount,
): Promise<string | undefined> {
  const isLogin = kind === 'github' && isLoginName(label);
  // Beside an issuer a login alone would be the same person once more.
  if (isLogin && isBesideIssuer && known?.linkedBy == null) return unlinked;
  const isNamedAnew = kind === 'github' && known && !isLogin && isLoginName(person?.label);
  const isUnclear = (person === undefined || isNamedAnew) && (await isTaken(tx, label, person?.id ?? null));
  return isUnclear ? formerName : undefined;
}

/** Why an account of GitHub lets nobody in beside an issuer. */
export const unlinked =
  'This server knows people by its OpenID issuer, and not yet whose GitHub account this is. An admin can link it: nightshift people link';

const formerName =
  'Somebody else is known here by the name of your account, or was. An admin can link yours: nightshift people link';

/** Says whether somebody else has a name, or had it. */
async function isTaken(tx: Queryable, name: string, person: number | null): Promise<boolean> {
  return (await tx.query(othersNamed(identityKey(name), person))).length > 0;
}

const othersNamed = statement({
  name: 'others_named',
  text: `SELECT id FROM people WHERE identity_key = $1::text AND id IS DISTINCT FROM $2::int
    UNION ALL SELECT person_id FROM former_names WHERE name = $1::text AND person_id IS DISTINCT FROM $2::int`,
  row: { id: col.int },
});

const renamePerson = statement({
  name: 'rename_person',
  text: 'UPDATE people SET label = $2, identity_key = $3 WHERE id = $1',
});

const keepFormerName = statement({
  name: 'keep_former_name',
  text: 'INSERT INTO former_names (name, person_id) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
});
