/** The caller may not do this: 401 when it proved nothing, 403 when what it proved is wrong or too little. */
export abstract class AccessError extends Error {
  abstract readonly status: 401 | 403;

  override get name(): string {
    return this.constructor.name;
  }
}

/** No credentials where some are needed. */
export class UnauthenticatedError extends AccessError {
  readonly status = 401;

  constructor(message = 'A key is required. Send one as `Authorization: Bearer …` or `X-Admin-Key: …`.') {
    super(message);
  }
}

/** Whoever vouches for the caller does not answer, so nobody knows whether what it says is true. */
export class IssuerAwayError extends Error {
  override readonly name = 'IssuerAwayError';

  constructor(issuer: string, cause: unknown) {
    super(`The issuer of the token, ${issuer}, does not answer. Try again in a few seconds.`, { cause });
  }
}

/** Wrong credentials, too few scopes, or a request that another site's page made. */
export class ForbiddenError extends AccessError {
  readonly status = 403;
}
