import type { AuthFailure } from '@pothos/plugin-scope-auth';
import { GraphQLError } from 'graphql';
import type { Viewer } from '../domain/input/viewer.ts';

/** Says why a field was refused: a caller without an identity may bring one, another lacks the scope. */
export function explainUnauthorized(viewer: Viewer, failure: AuthFailure): GraphQLError {
  const scopes = scopesOf(failure).join(' and ');
  const needs = scopes === '' ? 'This requires a scope' : `This requires the ${scopes} scope`;
  const { refusal } = viewer;
  if (refusal?.kind === 'wrongKey') return forbidden(`${needs}. ${refusal.message}`);
  if (!viewer.identified) {
    const advice = refusal?.message ?? 'Send a key as `Authorization: Bearer …` or `X-Admin-Key: …`.';
    const extensions = { code: 'UNAUTHENTICATED', http: { status: 401 } };
    return new GraphQLError(`${needs}. ${advice}`, { extensions });
  }
  return forbidden(
    `${needs}, which ${viewer.id} does not have.${refusal === undefined ? '' : ` ${refusal.message}`}`,
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
