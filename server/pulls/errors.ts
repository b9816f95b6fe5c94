/** GitHub refused a request. The message names no token. */
export class GithubError extends Error {
  override readonly name: string = 'GithubError';
  readonly status: number;

  constructor(message: string, status: number, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** What GitHub answers where the token may not read something, or it is not there. */
const refusals: readonly number[] = [403, 404, 410, 451];

/** Says whether an answer means that something cannot be read with this token, and not that GitHub or the way to it is disturbed. */
export function isRefusal(error: GithubError): boolean {
  return !(error instanceof GithubAwayError) && refusals.includes(error.status);
}

/** GitHub cannot be asked now: it is away, or wants to be left alone. Nothing is said of what it was asked for. */
export class GithubAwayError extends GithubError {
  override readonly name = 'GithubAwayError';
  /** For how many milliseconds it wants to be left alone; 0 when it did not answer as it should. */
  readonly pauseMs: number;

  constructor(
    message: string,
    { status = 0, pauseMs = 0, cause }: { status?: number; pauseMs?: number; cause?: unknown } = {},
  ) {
    super(message, status, cause);
    this.pauseMs = pauseMs;
  }
}
