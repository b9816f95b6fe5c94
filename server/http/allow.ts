import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DecisionAction } from '../../contract/words/decisions.ts';
import { type ScopedOperation, scopeOf } from '../../contract/words/operations.ts';
import { recordForbidden } from '../../domain/approvals/forbidden.ts';
import type { Store } from '../../domain/store.ts';
import { type Access, requireScope } from '../access/access.ts';
import { credentialsOf } from '../access/credentials.ts';

/** Makes the hook in front of a route that decides; somebody known who lacks the scope leaves a row in the record. */
export function allowDecision(
  { access, store }: { access: Access; store: Pick<Store, 'db'> },
  action: DecisionAction,
) {
  const hook = allow(access, `${action}Task`);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      hook(request, reply, () => undefined);
    } catch (error) {
      const ids = [Number((request.params as { id: string }).id)];
      if (request.viewer) await recordForbidden(store.db, request.viewer, { ids, action, via: 'rest' });
      throw error;
    }
  };
}

/** Makes the hook that stands in front of a route: it finds out who calls and refuses who lacks the scope of the operation. */
export function allow(access: Access, operation: ScopedOperation) {
  const scope = scopeOf(operation);
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    request.viewer = access.authenticate(credentialsOf(request.raw));
    requireScope(request.viewer, scope);
    done();
  };
}
