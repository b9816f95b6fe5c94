import * as z from 'zod';
import { allow } from '../rest/allow.ts';
import { problems } from '../rest/answers.ts';
import type { RestApp, RestContext } from '../rest/app.ts';

/** `GET /metrics`: figures for Prometheus. */
export function addMetricsRoute(app: RestApp, { access, metrics }: RestContext): void {
  app.route({
    method: 'GET',
    url: '/metrics',
    onRequest: allow(access, 'read'),
    schema: {
      operationId: 'readMetrics',
      summary: 'Read figures for Prometheus',
      description:
        'In the text format of Prometheus. Snapshot of the database are the same on every replica and some seconds old at most times.',
      tags: ['maintenance'],
      response: {
        200: { description: 'The figures', content: { 'text/plain': { schema: z.string() } } },
        ...problems(401, 403),
      },
    },
    async handler(_request, reply) {
      reply.header('content-type', metrics.contentType).header('cache-control', 'no-store');
      return reply.send(await metrics.write());
    },
  });
}
