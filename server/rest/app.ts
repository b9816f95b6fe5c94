import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type * as z from 'zod';
import { toIssue } from '../../domain/input/read.ts';
import type { Store } from '../../domain/store.ts';
import type { Viewer } from '../../domain/viewer.ts';
import type { Access } from '../access/access.ts';
import type { WrongKeys } from '../access/wrongKeys.ts';
import type { WebhookConfig } from '../github/webhook.ts';
import { withoutToken } from '../links/withoutToken.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { maxBodyBytes, readJsonBody } from './body.ts';
import { collectMethods } from './methods.ts';
import { InvalidRequestError, toProblem, writeProblem } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set by `allow` in front of every route that needs a scope. */
    viewer: Viewer;
  }
}

/** Fastify as the REST layer uses it: zod schemas give the types of what a handler reads. */
export type RestApp = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes work on. */
export interface RestContext {
  store: Store;
  access: Access;
  /** Slows who tries keys in the forms of links. */
  wrongKeys: WrongKeys;
  metrics: Pick<Metrics, 'contentType' | 'write'>;
  /** How events of GitHub are taken; without it they are not. */
  github?: WebhookConfig;
}

/** Makes an app without routes: JSON in and out, every error in the contract's shape, nothing listening. */
export function createRestApp(log: FastifyBaseLogger): RestApp {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    routerOptions: {
      ignoreTrailingSlash: true,
      onBadUrl: (_path, _request, response) => answerBadUrl(response),
    },
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
  });
  const methodsOf = collectMethods(app);
  app.decorateRequest('viewer', null as unknown as Viewer);
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => checkPart(schema, httpPart ?? 'body'));
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, readJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => answerUnknown(request, reply, methodsOf(pathOf(request.url))));
  return app.withTypeProvider<ZodTypeProvider>();
}

/** Sends a body that is JSON already; encoded once, it is neither measured nor written as text afterwards. */
export function sendJson(reply: FastifyReply, json: string): FastifyReply {
  const { buffer, byteOffset, byteLength } = encoder.encode(json);
  const body = Buffer.from(buffer, byteOffset, byteLength);
  return reply.header('content-type', 'application/json; charset=utf-8').send(body);
}

const encoder = new TextEncoder();

function checkPart(schema: z.ZodType, part: string) {
  return (input: unknown) => {
    const result = schema.safeParse(input, { reportInput: true });
    if (result.success) return { value: result.data };
    return { error: new InvalidRequestError(partNames[part] ?? part, result.error.issues.map(toIssue)) };
  };
}

const partNames: Record<string, string> = { querystring: 'query', params: 'path', headers: 'header' };

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  const seen = { err: error, method: request.method, path: withoutToken(pathOf(request.url)) };
  if (problem.status === 503) request.log.warn(seen, 'The database does not answer');
  else if (problem.status >= 500) request.log.error(seen, 'A request failed');
  if (problem.headers) reply.headers(problem.headers);
  return sendJson(reply.code(problem.status), writeProblem(problem));
}

function answerUnknown(request: FastifyRequest, reply: FastifyReply, allowed: string[]): FastifyReply {
  if (allowed.length === 0) {
    const detail = 'Nothing is here. The paths of this API are listed in /openapi.json and at /docs.';
    return sendJson(reply.code(404), JSON.stringify({ detail }));
  }
  const methods = allowed.join(', ');
  const detail = `${request.method} is not allowed here; this path knows ${methods}.`;
  return sendJson(reply.code(405).header('allow', methods), JSON.stringify({ detail }));
}

function answerBadUrl(response: ServerResponse): void {
  const detail = 'The path is not well-formed: it holds a broken percent-encoding.';
  response.writeHead(400, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ detail }));
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}
