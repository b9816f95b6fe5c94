/**
 * Why a question to the server has no answer. `signedOut`: nobody, or nobody any more, is signed in; `forbidden`: whoever
 * asks may not; `offline`: no answer came; `limited` and `unavailable`: it may work later; `outdated`: the server is of
 * another version than this page; `refused`: anything else.
 */
export type AskProblem =
  | 'signedOut'
  | 'forbidden'
  | 'offline'
  | 'limited'
  | 'unavailable'
  | 'outdated'
  | 'refused';

/** What `ask` throws. */
export class AskError extends Error {
  readonly problem: AskProblem;
  /** The code of the API, e.g. `FORBIDDEN`. */
  readonly code: string | undefined;
  /** By which the server's log names the request. */
  readonly requestId: string | undefined;

  constructor(
    problem: AskProblem,
    message: string,
    more: { code?: string; requestId?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'AskError';
    this.problem = problem;
    this.code = more.code;
    this.requestId = more.requestId;
  }

  /** Whether the same question may be answered later. */
  get isPassing(): boolean {
    return this.problem === 'offline' || this.problem === 'limited' || this.problem === 'unavailable';
  }
}

/** An error of GraphQL as it comes. */
export interface GraphqlError {
  message: string;
  extensions?: { code?: unknown; requestId?: unknown };
}

/** Makes the error of what the server refused with. */
export function refusalOf(status: number, errors: readonly GraphqlError[]): AskError {
  const [first] = errors;
  const code = typeof first?.extensions?.code === 'string' ? first.extensions.code : undefined;
  const requestId = typeof first?.extensions?.requestId === 'string' ? first.extensions.requestId : undefined;
  const message = first === undefined ? `status ${status}` : errors.map((one) => one.message).join('\n');
  return new AskError(problemOf(status, code), message, {
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
  });
}

function problemOf(status: number, code: string | undefined): AskProblem {
  if (code === 'UNAUTHENTICATED' || (code === undefined && status === 401)) return 'signedOut';
  if (code === 'FORBIDDEN' || (code === undefined && status === 403)) return 'forbidden';
  if (code === 'OTHER_PROTOCOL') return 'outdated';
  if (code === 'TOO_MANY_REQUESTS' || status === 429) return 'limited';
  if (code === 'SERVICE_UNAVAILABLE' || status >= 500) return 'unavailable';
  return 'refused';
}
