import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { lazily } from '../contract/lazily.ts';
import { ownValue } from '../contract/ownValue.ts';
import { protocol, protocolHeader } from '../contract/protocol.ts';
import type { Store } from '../domain/store.ts';
import type { Access } from './access/access.ts';
import type { AccessConfig } from './access/accessConfig.ts';
import { answerCors } from './access/cors.ts';
import { credentialsOf } from './access/credentials.ts';
import type { Issuer } from './access/issuer.ts';
import { createRateLimit } from './access/limitRate.ts';
import { noteGuesses } from './access/noteGuesses.ts';
import { withoutToken } from './access/withoutToken.ts';
import type { WrongKeys } from './access/wrongKeys.ts';
import type { ServerConfig } from './config.ts';
import { refuseOtherProtocol } from './graphql/otherProtocol.ts';
import { createHttpApp } from './http/app.ts';
import { type BodyBudget, createBodyBudget } from './http/bodyBudget.ts';
import {
  answerAndEnd,
  boundConnections,
  type ConnectionLimits,
  connectionLimits,
} from './http/connections.ts';
import { browserHeaders } from './http/contentPolicy.ts';
import { toProblem, writeProblem } from './http/problem.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics/metrics.ts';
import { markRoutes } from './metrics/requests.ts';
import type { FindPage } from './pages/builtPage.ts';
import { type WebhookConfig, webhookPath } from './pulls/webhook.ts';
import { type ExportLimits, ExportLine } from './rest/exportLine.ts';
import { addRoutes } from './routes.ts';
import type { SignInRoutes } from './signIn/context.ts';
import type { DeviceSignIn } from './signIn/deviceRoute.ts';
import type { GithubSignInParts } from './signIn/github.ts';

/** What a server is built of. */
export interface ServerParts {
  config: AccessConfig & WebhookConfig & Partial<Pick<ServerConfig, 'graphiql'>>;
  store: Store;
  log: Logger;
  access: Access;
  /** Counts wrong keys; what `access` was made with. */
  wrongKeys: WrongKeys;
  metrics: Metrics;
  /** How people sign in by GitHub, if they do. */
  githubSignIn?: GithubSignInParts | undefined;
  /** Where people sign in, if there is an issuer. */
  issuer?: Issuer | undefined;
  /** Gives what answers `/graphql`. */
  graphql: () => Promise<RequestListener>;
  /** Bounds what is in memory of bodies; the one that GraphQL has. @default a budget of its own */
  bodies?: BodyBudget;
  limits?: Partial<ConnectionLimits>;
  exports?: Partial<ExportLimits>;
  /** How people sign in beside a key. @default not at all */
  ways?: SignInRoutes['ways'];
  /** Signs in command lines without a browser. @default nobody does */
  device?: DeviceSignIn | undefined;
  /** Finds the built page. @default the one that `npm ci` builds */
  findPage?: FindPage | undefined;
}

/** Builds the one HTTP server of GraphQL, REST and documentation; it does not listen yet. */
export async function buildServer(parts: ServerParts): Promise<Server> {
  const { config, store, log, access, wrongKeys, metrics, graphql } = parts;
  const { bodies = createBodyBudget({ addressOf: access.addressOf }) } = parts;
  const limits = { ...connectionLimits, ...parts.limits };
  const rest = createHttpApp(log, bodies);
  markRoutes(rest);
  const limitRate = config.rateLimit && createRateLimit(config.rateLimit, access);
  const exports = new ExportLine(parts.exports);
  const { findPage } = parts;
  const context = { store, access, wrongKeys, metrics, exports, graphiql: config.graphiql, findPage };
  addRoutes(rest, {
    ...context,
    github: config,
    signIn: { ...config, ways: parts.ways ?? [] },
    githubSignIn: parts.githubSignIn,
    issuer: parts.issuer,
    device: parts.device,
  });
  await rest.ready();
  const documentation = lazily(async () => {
    const { createDocumentationApp } = await import('./rest/documentation.ts');
    const app = await createDocumentationApp((described) => addRoutes(described, context), log);
    return app.routing;
  });

  const { requestTimeoutMs: requestTimeout, headersTimeoutMs: headersTimeout } = limits;
  const options = {
    keepAliveTimeout: limits.keepAliveMs,
    requestTimeout,
    headersTimeout,
    connectionsCheckingInterval: Math.min(2000, headersTimeout / 2),
  };
  const server = createServer(options, (request, response) => {
    if (log.isLevelEnabled('debug')) logWhenDone(request, response, log);
    response.setHeader('x-content-type-options', 'nosniff');
    // What was read with credentials is for nobody else; what holds no data says itself how long it may be kept.
    response.setHeader('cache-control', 'no-store');
    response.setHeader(protocolHeader, String(protocol));
    // Programs of ours name their protocol, which no address that a browser opens can.
    if (request.headers[protocolHeader] === undefined)
      for (const [name, value] of browserHeaders) response.setHeader(name, value);
    const begin = () => {
      noteGuesses({ access, wrongKeys, request, response });
      try {
        route(request.url ?? '/', request, response);
      } catch (error) {
        refuse(response, error);
      }
    };
    const lookedUp = access.recognise(credentialsOf(request));
    if (lookedUp === undefined) begin();
    else
      lookedUp
        .then(begin)
        .catch((error: unknown) => (response.headersSent ? response.destroy() : refuse(response, error)));
  });
  boundConnections(server, limits);
  metrics.watchRequests(server);
  server.on('clientError', answerMalformed);
  return server;

  function route(path: string, request: IncomingMessage, response: ServerResponse): void {
    try {
      // An event is known by its signature: it comes to whatever name the server has out there, and from no page.
      if (!begins(path, webhookPath)) access.guard(request);
    } catch (error) {
      refuse(response, error);
      return;
    }
    if (answerCors(request, response, config.corsOrigins)) return;
    if (refuseTooMany(path, request, response)) return;
    if (begins(path, '/graphql') && refuseOtherProtocol(request, response)) return;
    const late = begins(path, '/graphql') ? graphql : isDocumentation(path) ? documentation : undefined;
    if (late === undefined) rest.routing(request, response);
    else {
      late()
        .then((answer) => answer(request, response))
        .catch((error: unknown) => {
          log.error(
            { err: error, path: withoutToken(path) },
            'A part of the server failed or could not be loaded',
          );
          if (response.headersSent) response.destroy();
          else refuse(response, error);
        });
    }
  }

  /** Refuses a request of somebody who sends too many; true when that was the answer. */
  function refuseTooMany(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    const error = isUncounted(path) ? undefined : limitRate?.(request, response);
    if (error === undefined) return false;
    refuse(response, error, begins(path, '/graphql'));
    return true;
  }
}

function isDocumentation(path: string): boolean {
  return begins(path, '/docs') || begins(path, '/openapi.json');
}

/** Probes and GitHub's events have no part in what callers may send. */
function isUncounted(path: string): boolean {
  return begins(path, '/ready') || begins(path, webhookPath);
}

/** Says whether a request's path is this one or lies below it. */
function begins(url: string, path: string): boolean {
  if (!url.startsWith(path)) return false;
  const next = url[path.length];
  return next === undefined || next === '/' || next === '?';
}

function refuse(response: ServerResponse, error: unknown, asGraphql = false): void {
  const problem = toProblem(error);
  const errors = [{ message: problem.detail, extensions: { code: 'TOO_MANY_REQUESTS' } }];
  response.writeHead(problem.status, {
    'content-type': 'application/json; charset=utf-8',
    connection: 'close',
    ...problem.headers,
  });
  response.end(asGraphql ? JSON.stringify({ errors }) : writeProblem(problem));
}

function logWhenDone(request: Parameters<RequestListener>[0], response: ServerResponse, log: Logger): void {
  const began = performance.now();
  response.once('close', () => {
    log.debug(
      {
        method: request.method,
        path: withoutToken(request.url?.split('?', 1)[0] ?? ''),
        status: response.statusCode,
        ms: Math.round(performance.now() - began),
      },
      response.writableFinished ? 'Answered' : 'The client disconnected before the end of the response',
    );
  });
}

const malformed: Record<string, [status: string, detail: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers are larger than 16 KB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.'],
};

/** Answers what is no HTTP at all, as JSON like everything else. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = ownValue(malformed, error.code ?? '') ?? [
    '400 Bad Request',
    'The request is not valid HTTP.',
  ];
  const body = JSON.stringify({ detail });
  answerAndEnd(
    socket,
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
