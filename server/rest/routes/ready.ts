import * as z from 'zod';
import { mayDo } from '../../../domain/viewer.ts';
import type { Access, Credentials } from '../../access/access.ts';
import { AccessError } from '../../access/errors.ts';
import { answer } from '../answers.ts';
import { type RestApp, type RestContext, sendJson } from '../app.ts';

const readiness = z.object({ ok: z.boolean(), checks: z.record(z.string(), z.string()) });

/** `GET /ready`: whether the server can serve. Open to everybody; what is wrong is told to those who may read. */
export function addReady(app: RestApp, { store, access }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/ready',
    schema: {
      summary: 'Say whether the server is ready',
      tags: ['maintenance'],
      response: { 200: answer('Ready', readiness), 503: answer('Not ready', readiness) },
    },
    async handler({ raw: { headers, socket } }, reply) {
      const { ok, checks } = await store.db.checkReady();
      const told = mayRead(access, { headers, remoteAddress: socket.remoteAddress }) ? checks : blur(checks);
      reply.header('cache-control', 'no-store');
      if (!ok) reply.code(503).header('retry-after', '5');
      return sendJson(reply, JSON.stringify({ ok, checks: told }));
    },
  });
}

function mayRead(access: Access, credentials: Credentials): boolean {
  try {
    return mayDo(access.authenticate(credentials), 'read');
  } catch (error) {
    if (error instanceof AccessError) return false;
    throw error;
  }
}

function blur(checks: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(checks).map(([name, result]) => [name, result === 'ok' ? result : 'failed']),
  );
}
