import { openSession } from '../../domain/access/sessions.ts';
import type { SignedIn } from '../../domain/access/signedIn.ts';
import { type KnownPerson, recogniseSignIn } from '../../domain/access/signIn.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { Store } from '../../domain/store.ts';
import { viewerNamed } from './domain.ts';

let subjects = 0;

/** Signs a person in at the issuer of tests, with an account of its own unless the test names one. */
export function signIn(
  { db }: Pick<Store, 'db'>,
  name: string,
  { grants = [], ...more }: Partial<SignedIn> = {},
): Promise<KnownPerson> {
  const issuer = 'https://login.example.org';
  const subject = String(++subjects);
  return recogniseSignIn(
    { db },
    { kind: 'issuer', issuer, subject, name, label: name, grants, groups: [], ...more },
  );
}

/** The viewer that a person is once signed in. */
export function viewerOfPerson({ label, person, principal }: KnownPerson): Viewer {
  return { ...viewerNamed(label), person, principal };
}

/** Opens the session of a browser for a person who has signed in just now, and gives the viewer of its requests. */
export async function browserOf(store: Pick<Store, 'db'>, known: KnownPerson): Promise<Viewer> {
  const { person, principal } = known;
  const viewer = viewerOfPerson(known);
  const { id } = await openSession(store, {
    owner: { person, principal },
    client: 'browser',
    proof: 'issuer',
    viewer,
    via: 'page',
  });
  return { ...viewer, session: { id, client: 'browser', provedAt: Date.now() } };
}

/** Opens the session of a command line for a person, and gives its token. */
export async function tokenOf(store: Pick<Store, 'db'>, known: KnownPerson): Promise<string> {
  const { person, principal } = known;
  const { token } = await openSession(store, {
    owner: { person, principal },
    client: 'cli',
    proof: 'issuer',
    viewer: viewerOfPerson(known),
    via: 'cli',
  });
  return token;
}
