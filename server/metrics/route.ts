import * as z from 'zod';
import type { Access } from '../access/access.ts';
import { allow } from '../http/allow.ts';
import { problems } from '../http/answers.ts';
import type { HttpApp } from '../http/app.ts';
import type { Metrics } from './metrics.ts';

/** What the route of the metrics works on. */
export interface MetricsContext {
  access: Access;
  metrics: Pick<Metrics, 'contentType' | 'write'>;
}

/** `GET /metrics`: figures for Prometheus. */
export function addMetricsRoute(app: HttpApp, { access, metrics }: MetricsContext): void {
  app.route({
    method: 'GET',
    url: '/metrics',
    onRequest: allow(access, 'readMetrics'),
    schema: {
      operationId: 'readMetrics',
      summary: 'Read metrics for Prometheus',
      description:
        'In the Prometheus text format. Metrics about the database are the same on every replica and usually a few seconds old.',
      tags: ['maintenance'],
      response: {
        200: { description: 'The metrics', content: { 'text/plain': { schema: z.string() } } },
        ...problems(401, 403),
      },
    },
    async handler(_request, reply) {
      reply.header('content-type', metrics.contentType).header('cache-control', 'no-store');
      return reply.send(await metrics.write());
    },
  });
}
