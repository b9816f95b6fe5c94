import * as z from 'zod';
import { mayDo } from '../../../domain/input/viewer.ts';
import type { Access } from '../../access/access.ts';
import { type Credentials, credentialsOf } from '../../access/credentials.ts';
import { AccessError } from '../../access/errors.ts';
import { answer, problems } from '../../http/answers.ts';
import { type HttpApp, sendJson } from '../../http/app.ts';
import type { RestContext } from '../context.ts';

const readiness = z.object({
  ok: z.boolean(),
  checks: z.record(z.string(), z.string()),
  frozen: z.literal(true).optional().meta({ description: 'Only while the server is frozen.' }),
});

/** `GET /ready`: whether the server is ready. Open to everyone; details are shown only to those who may read. */
export function addReady(app: HttpApp, { store, access }: RestContext): void {
  const check = shared(() => store.db.checkReady());
  app.route({
    method: 'GET',
    url: '/ready',
    schema: {
      operationId: 'readReadiness',
      summary: 'Check whether the server is ready',
      tags: ['maintenance'],
      response: { 200: answer('Ready', readiness), ...problems(403), 503: answer('Not ready', readiness) },
    },
    async handler({ raw }, reply) {
      const { ok, checks } = await check();
      const told = mayRead(access, credentialsOf(raw)) ? checks : blur(checks);
      reply.header('cache-control', 'no-store');
      if (!ok) reply.code(503).header('retry-after', '5');
      // A frozen server answers and takes reports: it is ready.
      const frozen = store.knownFreeze?.() == null ? {} : { frozen: true };
      return sendJson(reply, JSON.stringify({ ok, checks: told, ...frozen }));
    },
  });
}

/** How long an answer stands: anybody may ask, and many do at once. */
const standsMs = 250;

/** Makes what does work for all who ask for it at the same time, and a moment later. */
function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined;
  return () => {
    if (last === undefined || performance.now() - last.at > standsMs) {
      const begun = { at: Number.POSITIVE_INFINITY, answer: work() };
      const settle = () => {
        begun.at = performance.now();
      };
      begun.answer.then(settle, settle);
      last = begun;
    }
    return last.answer;
  };
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
