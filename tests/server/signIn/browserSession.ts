import { makeKeyText } from '../../../contract/keyText.ts';
import { identityKey } from '../../../contract/people/identityKey.ts';
import { sessionHeader } from '../../../contract/protocol.ts';
import type { PrincipalKind } from '../../../contract/words/people.ts';
import type { Proof } from '../../../contract/words/viewers.ts';
import { openSession, type SessionOwner } from '../../../domain/access/sessions.ts';
import type { Store } from '../../../domain/store.ts';

/** Somebody of a test, known by an account of an issuer. */
export interface TestPerson {
  person: number;
  principal: number;
  label: string;
}

/** Makes a person with roles: `own` ones that an admin gave, and `lent` ones that the issuer's rules gave at a sign-in just now. */
export async function makePerson(
  { db }: Pick<Store, 'db'>,
  label: string,
  { own = [], lent = [], groups = [] }: { own?: string[]; lent?: string[]; groups?: string[] },
): Promise<TestPerson> {
  const [person] = await db.query<{ id: number }>({
    text: 'INSERT INTO people (label, grants, identity_key, signed_in_at) VALUES ($1, $2, $3, clock_timestamp()) RETURNING id',
    values: [label, own, identityKey(label)],
  });
  const kind: PrincipalKind = 'issuer';
  const [principal] = await db.query<{ id: number }>({
    text: `INSERT INTO principals (person_id, kind, issuer, subject, label, grants, groups, identity_key, signed_in_at)
      VALUES ($1, $2, 'https://login.example.org', $3, $3, $4, $5, $6, clock_timestamp()) RETURNING id`,
    values: [person?.id, kind, label, lent, groups, identityKey(label)],
  });
  return { person: person?.id ?? 0, principal: principal?.id ?? 0, label };
}

/** A browser that is signed in at a server of this computer. */
export interface BrowserSession {
  token: string;
  pageSecret: string;
  /** The cookie that it has, by its name. */
  cookie: { name: string; value: string };
  /** What requests of the server's own pages carry. */
  headers: Record<string, string>;
}

/** Signs a browser in at a server of this computer, as the page of an issuer would. */
export async function signInBrowser(
  { store, url }: { store: Store; url: string },
  { person, principal, label }: TestPerson,
  how: { proof?: Proof; provedAt?: Date | undefined } = {},
): Promise<BrowserSession> {
  const owner: SessionOwner = { person, principal };
  return openBrowser({ store, url }, owner, { id: label, kind: 'person', person }, how);
}

/** Opens a session of a browser for whomever it is to belong to. */
export async function openBrowser(
  { store, url }: { store: Store; url: string },
  owner: SessionOwner,
  viewer: Parameters<typeof openSession>[1]['viewer'],
  how: { proof?: Proof; provedAt?: Date | undefined } = {},
): Promise<BrowserSession> {
  const pageSecret = makeKeyText();
  const { token } = await openSession(store, {
    owner,
    viewer,
    client: 'browser',
    proof: 'key' in owner ? 'key' : 'issuer',
    pageSecret,
    provedAt: new Date(),
    via: 'page',
    ...how,
  });
  const cookie = { name: `nightshift-${new URL(url).port}`, value: token };
  const headers = { cookie: `${cookie.name}=${token}`, [sessionHeader]: pageSecret };
  return { token, pageSecret, cookie, headers };
}
