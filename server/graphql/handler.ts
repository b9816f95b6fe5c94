import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createYoga } from 'graphql-yoga';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { Store } from '../../domain/store.ts';
import { createContext } from '../../schema/context.ts';
import { buildSchema } from '../../schema/index.ts';
import { type Credentials, credentialsOf } from '../access/credentials.ts';
import { AccessError, UnauthenticatedError } from '../access/errors.ts';
import { type BodyBudget, type BodySource, createBodyBudget, sourceOf } from '../http/bodyBudget.ts';
import type { OperationWatch } from '../metrics/operations.ts';
import type { GraphiqlMode } from '../settings/graphql.ts';
import { createDocumentCache } from './documentCache.ts';
import { useGraphiql } from './graphiql.ts';
import { useNoIntrospection } from './introspection.ts';
import { useIntrospectionBounds } from './introspectionBounds.ts';
import { useIntrospectionCache } from './introspectionCache.ts';
import { createJit, type JitLimits } from './jit.ts';
import { type NodeContext, useJsonBody } from './jsonBody.ts';
import { limits } from './limits.ts';
import { createErrorMask, type ErrorLog } from './maskError.ts';
import { useRequestBounds } from './requestBounds.ts';
import { requestScope } from './requestScope.ts';
import { createShortWay } from './shortWay.ts';
import { useUnbufferedEvents } from './unbufferedEvents.ts';
import { observeOperations } from './useOperationWatch.ts';

/** What GraphQL is served with. */
export interface GraphqlHandlerOptions {
  store: Store;
  /** Finds out who calls. @throws UnauthenticatedError, ForbiddenError */
  authenticate: (credentials: Credentials) => Viewer;
  log: ErrorLog;
  /** Takes note of each request. */
  watchOperation?: OperationWatch;
  /** Whom GraphiQL is shown to. @default 'on' */
  graphiql?: GraphiqlMode;
  /** Whether it answers what its schema is, and suggests names where one is wrong. @default true */
  introspection?: boolean;
  jit?: JitLimits;
  /** Bounds what is in memory of bodies. @default a budget of its own */
  bodies?: BodyBudget;
}

/** Builds what answers `/graphql`, apart from any listening server. */
export function createGraphqlHandler(options: GraphqlHandlerOptions): RequestListener {
  const { store, log, watchOperation, bodies = createBodyBudget() } = options;
  const { graphiql = 'on', introspection = true } = options;
  const documents = createDocumentCache();
  const jit = createJit(options.jit);
  const observer = watchOperation && observeOperations(watchOperation);
  const contextOf = (req: IncomingMessage, viewer: Viewer, signal: AbortSignal) =>
    createContext({
      store,
      viewer,
      requestId: currentRequestId(),
      signal,
      via: req.headers['x-nightshift-client'] === 'cli' ? 'cli' : 'graphql',
    });
  const yoga = createYoga<NodeContext>({
    schema: buildSchema(),
    context: ({ req, request: { signal } }) => contextOf(req, viewerOf(req, options), signal),
    plugins: [
      useGraphiql(graphiql),
      ...(observer ? [observer.plugin] : []),
      useJsonBody(bodies, (req) => bodySourceOf(req, options)),
      useRequestBounds(),
      ...limits(),
      introspection ? useIntrospectionBounds() : useNoIntrospection(),
      documents.plugin,
      ...(introspection ? [useIntrospectionCache()] : []),
      jit.plugin,
      useUnbufferedEvents(),
    ],
    // Theirs is bounded by the number of documents alone, and keeps those that are not valid.
    parserAndValidationCache: false,
    maskedErrors: { isDev: false, maskError: createErrorMask(log, currentRequestId) },
    graphiql: false,
    landingPage: false,
    cors: false,
    batching: false,
    multipart: false,
    maxRequestBodySize: false,
    logging: false,
  });
  const shortWay = createShortWay({
    viewerOf: (request) => viewerOf(request, options),
    contextOf,
    documents,
    jit,
    observer,
    bodies,
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const early = await shortWay(request, response);
    if (early === 'answered') return;
    await yoga(request, response, { early });
  };
  return (request, response) => {
    requestScope.run(
      { requestId: randomUUID(), began: performance.now() },
      () => void answer(request, response),
    );
  };
}

function currentRequestId(): string {
  return requestScope.getStore()?.requestId ?? randomUUID();
}

/** Whoever may do nothing here has nothing long to say. */
function bodySourceOf(request: IncomingMessage, options: GraphqlHandlerOptions): BodySource {
  try {
    return sourceOf(viewerOf(request, options));
  } catch (error) {
    // Wrong credentials are answered when the request is executed.
    if (error instanceof AccessError) return 'strangers';
    throw error;
  }
}

const anonymous: Viewer = { id: 'anonymous', kind: 'anonymous', scopes: new Set(), identified: false };

/** Without credentials a caller still may read the schema: it is no secret, and GraphiQL needs it before its key. */
function viewerOf(request: IncomingMessage, { authenticate }: GraphqlHandlerOptions): Viewer {
  try {
    return authenticate(credentialsOf(request));
  } catch (error) {
    if (error instanceof UnauthenticatedError) return anonymous;
    throw error;
  }
}
