import { identityKey, isSame } from '../../contract/people/identityKey.ts';
import { isPlain } from '../../contract/text/plainText.ts';
import type { Queryable } from '../../database/database.ts';
import { SignInRefusedError } from '../input/errors.ts';
import type { Store } from '../store.ts';
import { keyOfAccount, labelOf, nameOfAccount } from './accountName.ts';
import { recordRefusedSignIn } from './refusedSignIn.ts';
import { followLogin, isLoginName, unlinked, whyUnclear } from './renamed.ts';
import type { SignedIn } from './signedIn.ts';
import {
  findPerson,
  findPrincipal,
  insertPerson,
  insertPrincipal,
  lockSignIns,
  noteSignIn,
  otherAccounts,
  type PersonRow,
  readPerson,
} from './signInRows.ts';
import { besidePeople } from './stillIn.ts';

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
    await tx.query(besidePeople());
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
  const person = known
    ? await personOf(tx, known.personId)
    : (await tx.query(findPerson(identityKey(label))))[0];
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
    await tx.query(insertPrincipal(null, ...shownBy(signedIn, label), [], []));
  if (unclear) return { refusal: unclear };
  if (known === undefined && person && (await hasOtherAccount(tx, person.id, signedIn, label))) {
    await tx.query(insertPrincipal(null, ...shownBy(signedIn, label), [], []));
    return { refusal: waits };
  }
  const personId = person?.id ?? (await tx.query(insertPerson(label, identityKey(label))))[0]?.id;
  // Somebody has written the name down meanwhile.
  if (personId === undefined) return recognise(tx, signedIn);
  const [principal] = await tx.query(insertPrincipal(personId, ...shownBy(signedIn, label), grants, groups));
  await tx.query(noteSignIn(personId));
  const before = person?.label ?? label;
  const now = await followLogin(tx, { person: personId, before, account: known, kind, now: label });
  return { person: personId, principal: principal?.id ?? 0, label: now };
}

/** Says whether a person came by another account of the same place; a login says nothing of whoever has it at another GitHub. */
async function hasOtherAccount(
  tx: Queryable,
  person: number,
  { kind, issuer }: SignedIn,
  label: string,
): Promise<boolean> {
  const isLogin = kind === 'github' && isLoginName(label);
  return (await tx.query(otherAccounts(person, kind, isLogin ? null : issuer))).length > 0;
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
  if (isLinked || kind !== 'issuer' || name === undefined) return grants;
  const [whose] = await tx.query(findPerson(identityKey(label)));
  return whose === undefined || whose.id === known.id ? grants : undefined;
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

/** An account as it is stored. */
function shownBy(signedIn: SignedIn, name: string) {
  const { kind, issuer, subject } = signedIn;
  const shown = labelOf(signedIn, name);
  return [kind, issuer, subject, shown, keyOfAccount(signedIn, shown)] as const;
}

/** Which account it was: by its number, by that of the person whose name it has, or else as it names itself, quoted. */
async function accountShown(tx: Queryable, signedIn: SignedIn): Promise<string> {
  const { kind, issuer, subject } = signedIn;
  const [known] = await tx.query(findPrincipal(kind, issuer, subject));
  if (known) return `account ${known.id} (${kind})`;
  const name = nameOfAccount(signedIn);
  const [person] = isPlain(name) ? await tx.query(findPerson(identityKey(name))) : [];
  return person ? `an account with the name of person ${person.id}` : JSON.stringify(name.slice(0, 128));
}
