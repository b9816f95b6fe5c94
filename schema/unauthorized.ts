import type { AuthFailure } from '@pothos/plugin-scope-auth';
import { GraphQLError } from 'graphql';
import type { Viewer } from '../domain/viewer.ts';

/** Says why a field was refused: a caller without an identity may bring one, another lacks the scope. */
export function explainUnauthorized(viewer: Viewer, failure: AuthFailure): GraphQLError {
  const scopes = scopesOf(failure).join(' and ');
  const needs = scopes === '' ? 'This needs a scope' : `This needs the ${scopes} scope`;
  if (!viewer.identified) {
    const message = `${needs}: send the server’s key as \`Authorization: Bearer …\` or \`X-Admin-Key: …\`.`;
    return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } });
  }
  const message = `${needs}, which ${viewer.id} does not have.`;
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN', http: { status: 403 } } });
}

function scopesOf(failure: AuthFailure): string[] {
  if ('failures' in failure) return failure.failures.flatMap(scopesOf);
  return 'scope' in failure ? [failure.scope] : [];
}
