import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import { costHeader } from '../../contract/protocol.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { Context } from '../../schema/context.ts';
import { type BodyBudget, sourceOf } from '../http/bodyBudget.ts';
import { toBody } from '../http/encode.ts';
import { asksForCost } from './cost.ts';
import type { DocumentCache } from './documentCache.ts';
import type { Early } from './early.ts';
import { type CompiledOperation, type Jit, refusedVariables } from './jit.ts';
import { readParams } from './jsonBody.ts';
import { noteOperation, type OperationObserver } from './useOperationWatch.ts';

/** What the short way shares with the long one. */
export interface ShortWayParts {
  viewerOf: (request: IncomingMessage) => Viewer;
  contextOf: (request: IncomingMessage, viewer: Viewer, signal: AbortSignal) => Context;
  documents: Pick<DocumentCache, 'find'>;
  jit: Pick<Jit, 'find'>;
  observer: Pick<OperationObserver, 'observe'> | undefined;
  bodies: BodyBudget;
}

/** Answers a request, or gives what was done of it so far. */
export type ShortWay = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<'answered' | Early | undefined>;

/**
 * Makes the short way of operations that came before: those that were found valid and were compiled need only their
 * variables, and their answer is one JSON text. Whatever is unusual (another kind of request, a document that is not known,
 * a caller without a scope, any error) goes the long way, on which all else of GraphQL over HTTP stands; what has been read
 * and executed by then is handed on.
 */
export function createShortWay({
  viewerOf,
  contextOf,
  documents,
  jit,
  observer,
  bodies,
}: ShortWayParts): ShortWay {
  return async (request, response) => {
    const mediaType = answerTypeOf(request);
    const viewer = mediaType && knownViewer(request);
    if (!viewer || viewer.scopes.size === 0) return undefined;
    const early: Early = {
      params: readParams({ request, response, source: sourceOf(viewer) }, bodies),
    };
    const params = await early.params.catch(() => undefined);
    // A body takes its time, in which what its sender proved itself by may have ended.
    if (viewer.ended?.aborted) return early;
    const operation = params && find(params);
    if (!operation) return early;
    noteOperation(operation.node);
    let json: string;
    try {
      const context = contextOf(request, viewer, goneSignal(response));
      const result: ExecutionResult = await operation.query(undefined, context, params.variables ?? {});
      // Nothing was executed then.
      if (refusedVariables(result)) return early;
      if (result.errors !== undefined) return { ...early, result };
      json = JSON.stringify(result);
      observer?.observe(result);
    } catch (error) {
      const errors = [new GraphQLError('', { originalError: error as Error })];
      return { ...early, result: { errors } };
    }
    send(response, mediaType, json);
    return 'answered';
  };

  /** Says who calls; nothing where the long way must say why that is not known. */
  function knownViewer(request: IncomingMessage): Viewer | undefined {
    try {
      return viewerOf(request);
    } catch {
      return undefined;
    }
  }

  function find(params: GraphQLParams): CompiledOperation | undefined {
    const { query, variables, operationName, ...others } = params;
    const isPlain =
      typeof query === 'string' &&
      (operationName == null || typeof operationName === 'string') &&
      (variables == null || (typeof variables === 'object' && !Array.isArray(variables)));
    if (!isPlain || Object.keys(others).length > 0) return undefined;
    const document = documents.find(query);
    return document && jit.find(document, operationName ?? '');
  }
}

/** The type of the answer by what is usually accepted. */
const answerTypes = new Map([
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
]);

/** Says of which type the answer of a usual request is; of any other nothing. */
function answerTypeOf({ method, url, headers }: IncomingMessage): string | undefined {
  if (method !== 'POST' || url !== '/graphql' || asksForCost(headers[costHeader])) return undefined;
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(headers['content-type'] ?? '')) return undefined;
  return answerTypes.get(headers.accept ?? '');
}

/** Aborts when the caller has gone before the answer. */
function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => response.writableFinished || gone.abort());
  return gone.signal;
}

function send(response: ServerResponse, mediaType: string, json: string): void {
  if (response.destroyed) return;
  const body = toBody(json);
  response.writeHead(200, {
    'content-type': `${mediaType}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
