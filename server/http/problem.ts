import { ownValue } from '../../contract/ownValue.ts';
import { refusalHeaders } from '../../contract/quota.ts';
import { isPassing, isRefusedValue, sqlStateOf } from '../../database/errors.ts';
import { NotRetryableError, RunExistsError } from '../../domain/engine/errors.ts';
import {
  AlreadyDecidedError,
  DecisionIsFinalError,
  HeadMovedError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  InvalidCursorError,
  InvalidInputError,
  MayNotDecideError,
  NotAsShownError,
  NotAwaitingApprovalError,
  NotFoundError,
  OutOfBoundsError,
  TooManyError,
  TooManyWrongKeysError,
  WrongKeyError,
} from '../../domain/input/errors.ts';

import type { InputIssue } from '../../domain/input/wording.ts';
import { PlanElsewhereError } from '../../domain/plans/errors.ts';
import { AccessError, IssuerAwayError } from '../access/errors.ts';
import { RequestError } from './requestError.ts';

/** An error as it is answered: `detail` is a sentence, or for 422 a list of faults. */
export interface Problem {
  status: number;
  detail: string | Fault[];
  headers?: Record<string, string>;
}

/** One fault of a request: where it is, as a path that begins with body, query, path or header. */
export interface Fault {
  loc: (string | number)[];
  msg: string;
  type: string;
}

/** Input of a request that is not what it must be, with the part of the request that it stands in. */
export class InvalidRequestError extends InvalidInputError {
  readonly part: string;

  constructor(part: string, issues: readonly InputIssue[]) {
    super(issues);
    this.part = part;
  }
}

/** Does work whose input stands in the body, so that what is wrong with it is told of the body. */
export async function ofBody<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof InvalidInputError ? new InvalidRequestError('body', error.issues) : error;
  }
}

/** The type of a fault that means that the thing asked for does not exist. */
export const notFound = 'not_found';

/** Says how an error is answered; what is no fault of the caller becomes a 500 that tells nothing. */
export function toProblem(error: unknown): Problem {
  if (error instanceof InvalidInputError) {
    const missing = error.issues.find(({ type }) => type === notFound);
    return missing
      ? { status: 404, detail: `${missing.message}.` }
      : { status: 422, detail: toFaults(error) };
  }
  if (error instanceof InvalidCursorError) return { status: 400, detail: 'Invalid cursor' };
  if (error instanceof NotFoundError) return { status: 404, detail: error.message };
  if (forbidden.some((kind) => error instanceof kind))
    return { status: 403, detail: (error as Error).message };
  if (conflicts.some((kind) => error instanceof kind))
    return { status: 409, detail: (error as Error).message };
  if (error instanceof IdempotencyKeyReusedError) {
    const fault = { loc: ['header', 'Idempotency-Key'], msg: error.message, type: 'idempotency_key_reused' };
    return { status: 422, detail: [fault] };
  }
  if (error instanceof AccessError) {
    const headers = error.status === 401 ? { 'www-authenticate': 'Bearer' } : undefined;
    return { status: error.status, detail: error.message, headers };
  }
  if (error instanceof IssuerAwayError)
    return { status: 503, detail: error.message, headers: { 'retry-after': '5' } };
  if (error instanceof TooManyError || error instanceof TooManyWrongKeysError)
    return { status: 429, detail: error.message, headers: refusalHeaders(error.quota) };
  if (error instanceof RequestError) {
    const { status, message: detail, retryAfterSeconds: seconds } = error;
    return { status, detail, ...(seconds ? { headers: { 'retry-after': String(seconds) } } : {}) };
  }
  if (isPassing(error)) {
    const detail = 'The database is not responding. Try again in a few seconds.';
    return { status: 503, detail, headers: { 'retry-after': '5' } };
  }
  if (isRefusedValue(error)) {
    const msg = `expected values that the database can store; it rejected one of these (${sqlStateOf(error)})`;
    return { status: 422, detail: [{ loc: ['body'], msg, type: 'value_refused' }] };
  }
  return ofFramework(error) ?? { status: 500, detail: 'Internal server error. See the log of the server.' };
}

/** Writes a problem as the body of its answer. */
export function writeProblem({ detail }: Problem): string {
  return JSON.stringify({ detail });
}

const forbidden = [MayNotDecideError, WrongKeyError, OutOfBoundsError];

const conflicts = [
  IllegalTransitionError,
  NotAwaitingApprovalError,
  AlreadyDecidedError,
  DecisionIsFinalError,
  NotRetryableError,
  RunExistsError,
  PlanElsewhereError,
  HeadMovedError,
  NotAsShownError,
];

function toFaults(error: InvalidInputError): Fault[] {
  const part = error instanceof InvalidRequestError ? error.part : 'query';
  return error.issues.map(({ path, message, type }) => ({ loc: [part, ...path], msg: message, type }));
}

/** Sentences for what the HTTP framework refuses, by its code. */
const refusals: Record<string, string> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Only JSON bodies are accepted. Send Content-Type: application/json.',
};

function ofFramework(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode > 499) return undefined;
  return { status: statusCode, detail: ownValue(refusals, codeOf(error) ?? '') ?? error.message };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
