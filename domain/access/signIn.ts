import { isPlain } from '../../contract/text/plainText.ts';
import type { PrincipalKind } from '../../contract/words/people.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { SignInRefusedError } from '../input/errors.ts';
import { identityKey, isSame } from '../input/viewer.ts';
import type { Store } from '../store.ts';
import { recordRefusedSignIn } from './refusedSignIn.ts';
import { followLogin, unlinked, whyUnclear } from './renamed.ts';

/** Who signs in, as an issuer or GitHub says it. */
export interface SignedIn {
  kind: Extract<PrincipalKind, 'issuer' | 'github'>;
  /** Its address, e.g. `https://login.example.org`. */
  issuer: string;
  /** What the issuer never gives to somebody else. */
  subject: string;
  /** How policies name the person: an address that the issuer has verified, or `github:login`; undefined where it has none. */
  name: string | undefined;
  /** What the account shows, for people who look at it. */
  label: string;
  /** The roles that the rules of this issuer give, as they are stored. */
  grants: readonly string[];
  /** The roles that rules give to the very address that is the name; they count for whoever has that name. @default none */
  grantsOfAddress?: readonly string[];
  /** The groups, as policies name them. */
  groups: readonly string[];
  address?: string | undefined;
  /**
   * Whether it counts only for a person who is known otherwise: linked by an admin, or named by the settings.
   * @default false
   */
  isBesideIssuer?: boolean;
}

/** A person that has signed in. */
export interface KnownPerson {
  person: number;
  principal: number;
  /** How policies and the record name the person. */
  label: string;
}

/**
 * Finds the person who signs in, or makes one whom a rule or an admin gave a role. An account is known by issuer and subject
 * alone; a verified address leads it to a person once, and a second account with that address waits until an admin links it.
 * Refusals stay on record.
 * @throws SignInRefusedError
 */
export async function recogniseSignIn({ db }: Pick<Store, 'db'>, signedIn: SignedIn): Promise<KnownPerson> {
  const found = await db.transaction(async (tx) => {
    const result = await recognise(tx, signedIn);
    if ('refusal' in result)
      await recordRefusedSignIn(
        tx,
        { ...signedIn, account: await accountShown(tx, signedIn) },
        result.refusal,
      );
    return result;
  });
  if ('refusal' in found) throw new SignInRefusedError(found.refusal);
  return found;
}

async function recognise(tx: Queryable, signedIn: SignedIn): Promise<KnownPerson | { refusal: string }> {
  const { kind, issuer, subject, groups } = signedIn;
  const label = nameOfAccount(signedIn);
  if (!isPlain(label) || label.length > 128)
    return { refusal: 'Your account has a name that this server cannot store.' };
  // Two sign-ins of one account, or of one address, follow each other.
  await tx.query(lockSignIns(identityKey(label), JSON.stringify([kind, issuer, subject])));
  const [known] = await tx.query(findPrincipal(kind, issuer, subject));
  const person = known ? await personOf(tx, known.personId) : (await tx.query(findPerson(label)))[0];
  const grants = await grantsOf(tx, signedIn, {
    label,
    known: known && person,
    isLinked: known?.linkedBy != null,
  });
  if (grants === undefined) return { refusal: addressOfOther };
  const refusal =
    known && known.personId === null ? waitsAs(known.id) : refusalOf(person, grants, signedIn.name);
  if (refusal) return { refusal };
  const unclear = await whyUnclear(tx, signedIn, { label, known, person });
  if (unclear === unlinked && known === undefined)
    await tx.query(insertPrincipal(null, kind, issuer, subject, labelOf(signedIn, label), [], []));
  if (unclear) return { refusal: unclear };
  if (known === undefined && person && (await tx.query(otherAccounts(person.id, kind, issuer))).length > 0) {
    await tx.query(insertPrincipal(null, kind, issuer, subject, labelOf(signedIn, label), [], []));
    return { refusal: waits };
  }
  const personId = person?.id ?? (await tx.query(insertPerson(label)))[0]?.id ?? 0;
  const [principal] = await tx.query(
    insertPrincipal(personId, kind, issuer, subject, labelOf(signedIn, label), grants, groups),
  );
  await tx.query(noteSignIn(personId));
  const before = person?.label ?? label;
  const now = await followLogin(tx, { person: personId, before, account: known, kind, now: label });
  return { person: personId, principal: principal?.id ?? 0, label: now };
}

/**
 * Gives the roles of an account by the rules; undefined where it shows the address of somebody else. An account that came
 * before keeps its person, whatever address it shows now.
 */
async function grantsOf(
  tx: Queryable,
  { kind, name, grants, grantsOfAddress = [] }: SignedIn,
  { label, known, isLinked }: { label: string; known: PersonRow | undefined; isLinked: boolean },
): Promise<readonly string[] | undefined> {
  if (known === undefined || (known.label !== null && isSame(known.label, label)))
    return [...grants, ...grantsOfAddress];
  // An admin has said whose a linked one is.
  const isOfOther =
    !isLinked && kind === 'issuer' && name !== undefined && (await tx.query(findPerson(label))).length > 0;
  return isOfOther ? undefined : grants;
}

const addressOfOther =
  'Your account now has the address of somebody else who is known here. An admin can link it to them: nightshift people link';

/** What somebody hears whose account waits already. */
function waitsAs(account: number): string {
  return `Your account waits until an admin links it to a person: nightshift people link ${account} <person>`;
}

const waits =
  'Another account already belongs to the person of your address. An admin can link yours: nightshift people link';

async function personOf(tx: Queryable, id: number | null) {
  return id === null ? undefined : (await tx.query(readPerson(id)))[0];
}

function refusalOf(
  person: PersonRow | undefined,
  grants: readonly string[],
  name: string | undefined,
): string | undefined {
  if (person?.isGone) return 'You were removed from this server. Ask an admin to let you in again.';
  if (grants.length > 0 || (person !== undefined && person.grants.length > 0)) return undefined;
  const why =
    name === undefined
      ? ' It knows no address of yours that your issuer has verified (email_verified), so a role of an address does not reach you.'
      : '';
  return `You have no role on this server.${why} Ask an admin to give you one.`;
}

/** How policies would name the person; another issuer may have the same subject for somebody else. */
function nameOfAccount({ name, subject, issuer }: Pick<SignedIn, 'name' | 'subject' | 'issuer'>): string {
  return (name ?? `account:${subject}@${issuer.replace(/^https?:\/\//, '')}`).normalize('NFC');
}

/** What an account shows: of an issuer never what people call themselves there, which may be the address of somebody else. */
function labelOf({ kind, label }: SignedIn, name: string): string {
  return (kind === 'issuer' ? name : label)
    .slice(0, 128)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ');
}

/** Which account it was: by its number, by that of the person whose name it has, or else as it names itself, quoted. */
async function accountShown(tx: Queryable, signedIn: SignedIn): Promise<string> {
  const { kind, issuer, subject } = signedIn;
  const [known] = await tx.query(findPrincipal(kind, issuer, subject));
  if (known) return `account ${known.id} (${kind})`;
  const name = nameOfAccount(signedIn);
  const [person] = isPlain(name) ? await tx.query(findPerson(name)) : [];
  return person ? `an account with the name of person ${person.id}` : JSON.stringify(name.slice(0, 128));
}

const lockSignIns = statement({
  name: 'lock_sign_ins',
  text: 'SELECT pg_advisory_xact_lock(hashtextextended(one, 47)) FROM unnest(ARRAY[$1::text, $2::text]) AS one ORDER BY one',
});

const findPrincipal = statement({
  name: 'find_principal',
  text: `SELECT id, person_id AS "personId", label, linked_by AS "linkedBy" FROM principals
    WHERE kind = $1 AND issuer = $2 AND subject = $3`,
  row: { id: col.int, personId: col.int.orNull, label: col.text, linkedBy: col.text.orNull },
});

interface PersonRow {
  id: number;
  label: string | null;
  grants: string[];
  isGone: boolean;
}

const personColumns = 'id, label, grants, (removed_at IS NOT NULL OR forgotten_at IS NOT NULL) AS "isGone"';
const personRow = { id: col.int, label: col.text.orNull, grants: col.list(col.text), isGone: col.bool };

const findPerson = statement({
  name: 'find_person',
  text: `SELECT ${personColumns} FROM people WHERE lower(label) = lower($1::text)`,
  row: personRow,
});

const readPerson = statement({
  name: 'read_person',
  text: `SELECT ${personColumns} FROM people WHERE id = $1`,
  row: personRow,
});

const otherAccounts = statement({
  name: 'other_accounts',
  text: 'SELECT id FROM principals WHERE person_id = $1 AND kind = $2 AND issuer = $3 LIMIT 1',
  row: { id: col.int },
});

const insertPerson = statement({
  name: 'insert_person',
  text: 'INSERT INTO people (label) VALUES ($1) RETURNING id',
  row: { id: col.int },
});

const insertPrincipal = statement({
  name: 'insert_principal',
  text: `INSERT INTO principals (person_id, kind, issuer, subject, label, grants, groups, signed_in_at)
    VALUES ($1, $2, $3, $4, $5, $6::text[], $7::text[], CASE WHEN $1::int IS NULL THEN NULL ELSE clock_timestamp() END)
    ON CONFLICT (kind, issuer, subject) DO UPDATE SET label = excluded.label, grants = excluded.grants,
      groups = excluded.groups, signed_in_at = excluded.signed_in_at
    RETURNING id`,
  row: { id: col.int },
});

const noteSignIn = statement({
  name: 'note_sign_in',
  text: 'UPDATE people SET signed_in_at = clock_timestamp() WHERE id = $1',
});
