import type { Scope } from '../../contract/words/viewers.ts';
import { InvalidInputError } from '../input/errors.ts';

/**
 * Refuses the scope to decide for a service where ADMIN_USERS lists the people who alone decide: its key would decide
 * nothing. With the scope admin a service still does what is no decision, such as pruning.
 * @throws InvalidInputError
 */
export function refuseVoidScopes(admins: readonly string[] = [], scopes: readonly Scope[] = []): void {
  const index = scopes.indexOf('approve');
  if (admins.length === 0 || index === -1) return;
  const message =
    'The scope approve would give a service nothing: ADMIN_USERS on the server lists the people who alone decide, and a service is not among them. Leave it out, or unset ADMIN_USERS';
  throw new InvalidInputError([{ path: ['scopes', index], message, type: 'not_listed' }]);
}
