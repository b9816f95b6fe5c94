import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { refusalHeaders } from '../../contract/quota.ts';
import { plural } from '../../contract/text/plural.ts';
import { isPassing, isRefusedValue, sqlStateOf } from '../../database/errors.ts';
import {
  BusyError,
  DomainError,
  InvalidCursorError,
  InvalidInputError,
  OutOfBoundsError,
  TooManyError,
  TooManyWrongKeysError,
  WrongKeyError,
} from '../../domain/input/errors.ts';
import { AccessError } from '../access/errors.ts';

/** Where errors go that callers must not see. */
export interface ErrorLog {
  error(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** How long callers are asked to stay away while the database does not answer, in seconds. */
const retryAfter = 2;

/**
 * Makes the function through which every error leaves: expected ones get their code and HTTP status, anything else
 * becomes a message without content, which the log can be searched for by the request id.
 */
export function createErrorMask(log: ErrorLog, requestId: () => string): (error: unknown) => GraphQLError {
  return (error) => {
    const { cause, place } = unwrap(error);
    if (cause instanceof GraphQLError) return withCode(cause);
    const known = describe(cause);
    if (known) {
      if (isPassing(cause))
        log.warn({ requestId: requestId(), err: cause }, 'The database is temporarily unavailable');
      return new GraphQLError(cause instanceof Error ? (known.message ?? cause.message) : '', {
        ...place,
        ...known,
      });
    }
    const id = requestId();
    if (isRefusedValue(cause)) {
      log.error({ requestId: id, err: cause, path: place.path }, 'The database rejected a value');
      return new GraphQLError(
        `The database rejected a value of this request (${sqlStateOf(cause)}); repeating the request will not help. Its id in the log is ${id}.`,
        { ...place, extensions: { code: 'VALUE_REFUSED', requestId: id, http: { status: 422 } } },
      );
    }
    log.error({ requestId: id, err: cause, path: place.path }, 'A GraphQL request failed');
    return new GraphQLError(
      `Something went wrong on the server. The id of this request in the log is ${id}.`,
      {
        ...place,
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: id, http: { status: 500 } },
      },
    );
  };
}

/** Finds what was thrown, and the field that threw it. */
function unwrap(error: unknown): { cause: unknown; place: Pick<GraphQLErrorOptions, 'nodes' | 'path'> } {
  if (!(error instanceof GraphQLError)) return { cause: error, place: {} };
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  if (cause instanceof GraphQLError) return { cause: error, place: {} };
  return { cause, place: { nodes: error.nodes, path: error.path } };
}

/** An error of GraphQL itself, or of one of its plugins, speaks of the caller's request. */
function withCode(error: GraphQLError): GraphQLError {
  const { code, http } = error.extensions as { code?: string; http?: { status?: number } };
  if (code !== undefined) return error;
  if (http?.status === 403) return new GraphQLError(unasked, { extensions: { code: 'FORBIDDEN', http } });
  error.extensions.code = error.message.startsWith('Syntax Error')
    ? 'GRAPHQL_PARSE_FAILED'
    : 'BAD_USER_INPUT';
  error.extensions.http ??= { status: 400, spec: true };
  return error;
}

/** The answer to what a page of another site could have made a browser send. */
const unasked =
  'Send operations as POST with Content-Type: application/json, or as GET with the header x-graphql-yoga-csrf.';

function describe(
  cause: unknown,
): (Pick<GraphQLErrorOptions, 'extensions'> & { message?: string }) | undefined {
  if (cause instanceof AccessError) {
    const code = cause.status === 401 ? 'UNAUTHENTICATED' : 'FORBIDDEN';
    return { extensions: { code, http: { status: cause.status } } };
  }
  if (cause instanceof WrongKeyError || cause instanceof OutOfBoundsError)
    return { extensions: { code: 'FORBIDDEN', http: { status: 403 } } };
  if (isPassing(cause)) {
    const http = { status: 503, headers: { 'retry-after': String(retryAfter) } };
    return {
      message: `The database is not responding. Try again in ${plural(retryAfter, 'second')}.`,
      extensions: { code: 'SERVICE_UNAVAILABLE', http },
    };
  }
  if (cause instanceof TooManyError || cause instanceof TooManyWrongKeysError) {
    const code = cause instanceof TooManyError ? 'TOO_MANY_REQUESTS' : 'TOO_MANY_WRONG_KEYS';
    return { extensions: { code, http: { status: 429, headers: refusalHeaders(cause.quota) } } };
  }
  if (cause instanceof BusyError) {
    const http = { status: 503, headers: { 'retry-after': String(cause.retryAfterSeconds) } };
    return { extensions: { code: 'SERVICE_UNAVAILABLE', http } };
  }
  if (cause instanceof DomainError) {
    return { extensions: { code: 'BAD_USER_INPUT', ...detailsOf(cause), http: { status: 400, spec: true } } };
  }
  return undefined;
}

function detailsOf(error: DomainError): { argument?: string; issues?: unknown } {
  if (error instanceof InvalidCursorError) return { argument: error.argument };
  if (!(error instanceof InvalidInputError)) return {};
  return { argument: error.issues[0]?.path.join('.'), issues: error.issues };
}
