import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

/** Upper bounds for answers, in seconds; the last one holds workers' requests that wait for work. */
export const answerBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const routeKey = Symbol('route');
type RoutedRequest = IncomingMessage & { [routeKey]?: string };

/** Makes every route of an app leave its pattern on the requests that it answers. */
export function markRoutes(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('onRoute', (route) => {
    const { url, onRequest = [] } = route;
    route.onRequest = [
      (request, _reply, done) => {
        (request.raw as RoutedRequest)[routeKey] = url;
        done();
      },
      ...[onRequest].flat(),
    ];
  });
}

/** Makes what observes every request of a server, once, when its answer has left or its caller has. */
export function requestWatch(registry: Registry): (server: Server) => void {
  const seconds = new Histogram({
    name: 'nightshift_http_request_duration_seconds',
    help: 'Duration of HTTP requests by route. Requests whose client disconnected have the class "aborted"; event streams are left out.',
    labelNames: ['method', 'route', 'status_class'],
    buckets: answerBounds,
    registers: [registry],
  });
  return (server) => {
    server.prependListener('request', (request: RoutedRequest, response: ServerResponse) => {
      const began = performance.now();
      response.once('close', () => {
        const route = request[routeKey] ?? routeOutside(request.url ?? '');
        if (route === '/graphql' && isStream(response)) return;
        seconds.observe(
          { method: methodOf(request), route, status_class: classOf(response) },
          (performance.now() - began) / 1000,
        );
      });
    });
  };
}

/** What stands beside the REST routes; anything else is one route, so that no caller can invent more. */
function routeOutside(url: string): string {
  return /^\/(?:graphql|docs|openapi\.json)(?=[/?]|$)/.exec(url)?.[0] ?? 'other';
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'PUT']);

function methodOf({ method = '' }: IncomingMessage): string {
  return methods.has(method) ? method : 'other';
}

function classOf({ statusCode, writableFinished }: ServerResponse): string {
  return writableFinished ? `${Math.floor(statusCode / 100)}xx` : 'aborted';
}

function isStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream');
}
