import type { Scope } from '../../contract/words/viewers.ts';
import { projectsWithin, refuseBounded } from '../bounds/bounds.ts';
import { InvalidInputError, OutOfBoundsError } from '../input/errors.ts';
import { boundsFor, mayDo, type Viewer } from '../input/viewer.ts';
import { isFresh } from './freshProof.ts';
import type { CreateKeyInput } from './keyInput.ts';

/**
 * Says whose keys somebody wants to change: their own, by their number, or with null those of services.
 * @throws InvalidInputError where they are no person whom the server knows, OutOfBoundsError
 */
export function ownerOf(viewer: Viewer, { person = false }: { person?: boolean | undefined }): number | null {
  if (person) return personOf(viewer);
  refuseBounded(boundsFor(viewer, 'admin'), 'change keys');
  return null;
}

/** The number of a person who has keys of their own. @throws InvalidInputError */
export function personOf({ id, person }: Viewer): number {
  if (person !== undefined) return person;
  throw refused(
    `Only people who sign in here have keys of their own, and you are ${id}. Sign in with a browser.`,
  );
}

/**
 * Only people make keys of people, in a browser where they have signed in themselves: what a command line keeps in a file
 * works for 12 hours, and a key would outlive it. @throws InvalidInputError
 */
export function requireOwnSession({ id, kind, session, key }: Viewer): void {
  if (kind !== 'person' || session === undefined || key !== undefined)
    throw refused(`A key makes no key of a person, and you came as ${id} with one. ${inBrowser}`);
  if (session.client !== 'browser')
    throw refused(`A sign-in of the command line makes no key, since a key would outlive it. ${inBrowser}`);
}

/** What programs act by as a person may not do what gives others their place, or signs them out. @throws OutOfBoundsError */
export function refuseProgramOfPerson({ kind, key, proof }: Viewer, what: string): void {
  const by =
    key !== undefined ? 'A key of your own' : proof === 'token' ? 'A token of the issuer' : undefined;
  if (kind === 'person' && by !== undefined)
    throw new OutOfBoundsError(`${by} may not ${what}. Sign in yourself: nightshift login`);
}

/** A key that decides, also about what is of high risk, takes a proof of just now. @throws InvalidInputError */
export function requireFreshProof(
  { session, proof }: Viewer,
  scopes: readonly Scope[],
  now = Date.now(),
): void {
  const strong = scopes.find((scope) => scope === 'approve' || scope === 'admin');
  if (strong === undefined || isFresh(session, now)) return;
  throw refused(
    proof === 'github'
      ? `GitHub does not prove when you signed in, so you can make no key with the scope ${strong}. Leave it out, or review pull requests on GitHub.`
      : `A key with the scope ${strong} is made only within 10 minutes after you have signed in. Sign in again: /sign-in/issuer?fresh=1`,
  );
}

const inBrowser = 'Sign in with a browser, and make it in GraphiQL (/graphql) as docs/access.md shows.';

/** A person's key may do nothing that they may not. @throws InvalidInputError */
export function refuseBeyondOwn(viewer: Viewer, { scopes, projects }: CreateKeyInput): void {
  const beyond = scopes.find((scope) => !mayDo(viewer, scope));
  if (beyond !== undefined) {
    const own = [...viewer.scopes].join(', ');
    throw invalid('scopes', `expected scopes that you have yourself (${own}), got ${beyond}`, 'beyond_own');
  }
  for (const scope of scopes) {
    const allowed = projectsWithin(boundsFor(viewer, scope));
    const outside = allowed && projects.find((project) => !allowed.includes(project));
    if (allowed && outside !== undefined)
      throw invalid(
        'projects',
        `expected projects where you have the scope ${scope} (${allowed.join(', ')}), got ${outside}`,
        'beyond_own',
      );
  }
}

function refused(message: string): InvalidInputError {
  return invalid('person', message, 'no_sign_in');
}

function invalid(field: string, message: string, type: string): InvalidInputError {
  return new InvalidInputError([{ path: [field], message, type }]);
}
