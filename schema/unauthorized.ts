import type { AuthFailure } from '@pothos/plugin-scope-auth';
import { GraphQLError } from 'graphql';
import { TooManyWrongKeysError } from '../domain/input/errors.ts';
import type { Viewer } from '../domain/input/viewer.ts';

/** Says why a field was refused: a caller without an identity may bring one, another lacks the scope. */
export function explainUnauthorized(viewer: Viewer, failure: AuthFailure): Error {
  return refusal(viewer, scopesOf(failure).join(' and '));
}

/** The refusal of a viewer who lacks scopes. */
export function refusal(viewer: Viewer, scopes: string): Error {
  const needs = scopes === '' ? 'This requires a scope' : `This requires the ${scopes} scope`;
  const { refusal: why } = viewer;
  if (why?.reached) return new TooManyWrongKeysError(why.reached, why.message);
  if (why?.kind === 'wrongKey') return forbidden(`${needs}. ${why.message}`);
  if (!viewer.identified) {
    const advice = why?.message ?? 'Send a key as `Authorization: Bearer …` or `X-Admin-Key: …`.';
    const extensions = { code: 'UNAUTHENTICATED', http: { status: 401 } };
    return new GraphQLError(`${needs}. ${advice}`, { extensions });
  }
  return forbidden(
    `${needs}, which ${viewer.id} does not have.${why === undefined ? '' : ` ${why.message}`}`,
  );
}

/** The response to a viewer who may not do this. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN', http: { status: 403 } } });
}

function scopesOf(failure: AuthFailure): string[] {
  if ('failures' in failure) return failure.failures.flatMap(scopesOf);
  return 'scope' in failure ? [failure.scope] : [];
}
