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
import { ownValue } from '../../contract/ownValue.ts';
import { isRefusedValue } from '../../database/errors.ts';
import { plainWords, toIssue } from '../../domain/input/read.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import { ForbiddenError } from '../access/errors.ts';
import { withoutToken } from '../access/withoutToken.ts';
import { maxSmallBodyBytes, parseJson, readBody } from './body.ts';
import { type BodyBudget, type BodySource, createBodyBudget, sourceOf } from './bodyBudget.ts';
import { toBody } from './encode.ts';
import { collectMethods } from './methods.ts';
import { InvalidRequestError, toProblem, writeProblem } from './problem.ts';
import { RequestError } from './requestError.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set by `allow` in front of every route that needs a scope. */
    viewer: Viewer;
    /** What answers it; set before its body is read. */
    answer: ServerResponse;
  }
  interface FastifyInstance {
    /** Reads the body of a request, up to the limit of its route and while there is room for it. @throws RequestError */
    readBody(request: FastifyRequest): Promise<Buffer>;
  }
  interface FastifyContextConfig {
    /** Whose room the bodies of a route take, where nobody has to say who calls. */
    bodies?: BodySource;
  }
}

/** Fastify as the REST layer uses it: zod schemas give the types of what a handler reads. */
export type HttpApp = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Makes an app without routes: JSON in and out, every error in the contract's shape, nothing listening. */
export function createHttpApp(log: FastifyBaseLogger, bodies: BodyBudget = createBodyBudget()): HttpApp {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxSmallBodyBytes,
    // With others in their place Fastify does not load the compilers that it brings.
    schemaController: { compilersFactory: { buildValidator: neverBuilt, buildSerializer: neverBuilt } },
    routerOptions: {
      ignoreTrailingSlash: true,
      onBadUrl: (_path, _request, response) => answerBadUrl(response),
    },
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
  });
  const methodsOf = collectMethods(app);
  app.decorateRequest('viewer', null as unknown as Viewer);
  app.decorateRequest('answer', null as unknown as ServerResponse);
  app.decorate('readBody', async ({ raw, answer, viewer, routeOptions }) => {
    const source = routeOptions.config.bodies ?? sourceOf(viewer);
    const limit = routeOptions.bodyLimit ?? maxSmallBodyBytes;
    const body = await readBody({ request: raw, response: answer, source }, limit, bodies);
    // While it came, what its sender proved itself by may have ended.
    if (viewer?.ended?.aborted) throw new ForbiddenError(viewer.ended.reason.message);
    return body;
  });
  app.addHook('preParsing', (request, reply, payload, done) => {
    request.answer = reply.raw;
    done(null, payload);
  });
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => checkPart(schema, httpPart ?? 'body'));
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', async (request: FastifyRequest) =>
    parseJson(await app.readBody(request)),
  );
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => answerUnknown(request, reply, methodsOf(pathOf(request.url))));
  return app.withTypeProvider<ZodTypeProvider>();
}

/** Sends a body that is JSON already. */
export function sendJson(reply: FastifyReply, json: string): FastifyReply {
  return reply.header('content-type', 'application/json; charset=utf-8').send(toBody(json));
}

function neverBuilt(): never {
  throw new Error('Every app sets its own compilers.');
}

function checkPart(schema: z.ZodType, part: string) {
  return (input: unknown) => {
    const result = schema.safeParse(input, plainWords);
    if (result.success) return { value: result.data };
    return {
      error: new InvalidRequestError(ownValue(partNames, part) ?? part, result.error.issues.map(toIssue)),
    };
  };
}

const partNames: Record<string, string> = { querystring: 'query', params: 'path', headers: 'header' };

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  const seen = { err: error, method: request.method, path: withoutToken(pathOf(request.url)) };
  if (error instanceof RequestError && problem.status === 503)
    request.log.info(seen, 'Asked a client to retry later');
  else if (problem.status === 503) request.log.warn(seen, 'The database is not responding');
  else if (problem.status >= 500) request.log.error(seen, 'A request failed');
  else if (isRefusedValue(error)) request.log.error(seen, 'The database rejected a value');
  if (problem.headers) reply.headers(problem.headers);
  if (isLongOnItsWay(request)) reply.header('connection', 'close');
  return sendJson(reply.code(problem.status), writeProblem(problem));
}

/** Says whether most of a refused request has yet to come; nobody wants to read that. */
function isLongOnItsWay({ raw }: FastifyRequest): boolean {
  return hasBodyOver(raw, maxSmallBodyBytes) && !raw.complete;
}

function hasBodyOver({ headers }: IncomingMessage, bytes: number): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > bytes;
}

function answerUnknown(request: FastifyRequest, reply: FastifyReply, allowed: string[]): FastifyReply {
  // A path of which a route needs more, such as a folder of files, knows the method and is not there.
  if (allowed.length === 0 || allowed.includes(request.method)) {
    const detail = 'Not found. See /docs or /openapi.json for the API.';
    return sendJson(reply.code(404), JSON.stringify({ detail }));
  }
  const methods = allowed.join(', ');
  const detail = `Method ${request.method} not allowed. Use ${methods}.`;
  return sendJson(reply.code(405).header('allow', methods), JSON.stringify({ detail }));
}

function answerBadUrl(response: ServerResponse): void {
  const detail = 'The path has an invalid percent-encoding.';
  response.writeHead(400, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ detail }));
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}
