import { networkReason } from '../contract/networkError.ts';
import type { ErrorFieldsFragment } from './generated/graphql.ts';

/** The API cannot be reached, or cannot serve now: the same call may succeed later. */
export class ApiUnreachableError extends Error {
  override readonly name = 'ApiUnreachableError';
  /** How often the call was tried. */
  readonly attempts: number;

  constructor(url: string, attempts: number, cause: unknown) {
    const tries = attempts === 1 ? 'one try' : `${attempts} tries`;
    super(`The API at ${url} cannot be reached (${tries}): ${explain(cause)}`, { cause });
    this.attempts = attempts;
  }
}

/** The API answered and refused: the same call would be refused again. */
export class ApiError extends Error {
  override readonly name: string = 'ApiError';
  /** One of the API's codes, e.g. `BAD_USER_INPUT`, `UNAUTHENTICATED`, `FORBIDDEN`; `NOT_GRAPHQL` when the answer came from something else. */
  readonly code: string;
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;
  /** By which the server's log names the request, where it said so. */
  readonly requestId: string | undefined;

  constructor(
    message: string,
    code: string,
    details: { status?: number; requestId?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.requestId = details.requestId;
  }
}

/** An expected error of a mutation, thrown by `taskOf`: its `code` is the name of the result's type. */
export class RefusedError extends ApiError {
  override readonly name = 'RefusedError';
  readonly result: Refusal;

  constructor(result: Refusal) {
    super(result.message, result.__typename);
    this.result = result;
  }
}

/** Any member of a mutation's result but the task. */
export type Refusal = ErrorFieldsFragment & { __typename: string };

/** Takes the task out of a mutation's result. @throws RefusedError when the result is an expected error */
export function taskOf<R extends { __typename: string }>(result: R): Extract<R, { __typename: 'Task' }> {
  return expectType(result, 'Task');
}

/** There is no key for the moment; the message says what to do. */
export class NoKeyOfMomentError extends Error {
  override readonly name = 'NoKeyOfMomentError';
}

/** Takes the one member that was hoped for out of a mutation's result. @throws RefusedError when it is an expected error */
export function expectType<R extends { __typename: string }, T extends R['__typename']>(
  result: R,
  type: T,
): Extract<R, { __typename: T }> {
  if (isType(result, type)) return result;
  throw new RefusedError(result as R & Refusal);
}

function isType<R extends { __typename: string }, T extends string>(
  result: R,
  type: T,
): result is Extract<R, { __typename: T }> {
  return result.__typename === type;
}

/** Says why a try failed: what the API refused with, or what happened in the network. */
export function explain(cause: unknown): string {
  return cause instanceof ApiError ? cause.message : networkReason(cause);
}
