import { projectsWithin, refuseBounded } from '../bounds/bounds.ts';
import { InvalidInputError, OutOfBoundsError } from '../input/errors.ts';
import { boundsFor, mayDo, type Viewer } from '../input/viewer.ts';
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
    `Only people who sign in here have keys of their own, and you are ${id}. Sign in: nightshift login`,
  );
}

/** Only people make keys of people, where they have signed in themselves. @throws InvalidInputError */
export function requireOwnSession({ id, kind, session, key }: Viewer): void {
  if (kind === 'person' && session !== undefined && key === undefined) return;
  throw refused(`A key makes no key of a person, and you came as ${id} with one. Sign in: nightshift login`);
}

/** A key of a person may not do what gives others their place, or signs them out. @throws OutOfBoundsError */
export function refuseKeyOfPerson({ kind, key }: Viewer, what: string): void {
  if (kind === 'person' && key !== undefined)
    throw new OutOfBoundsError(`A key of your own may not ${what}. Sign in yourself: nightshift login`);
}

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
