import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '../../domain/viewer.ts';
import { type Access, requireScope } from '../access/access.ts';

/** Makes the hook that stands in front of a route: it finds out who calls and refuses who lacks the scope. */
export function allow(access: Access, scope: Scope) {
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    const { headers, socket } = request.raw;
    const viewer = access.authenticate({ headers, remoteAddress: socket.remoteAddress });
    request.viewer = { ...viewer, address: socket.remoteAddress };
    requireScope(request.viewer, scope);
    done();
  };
}
