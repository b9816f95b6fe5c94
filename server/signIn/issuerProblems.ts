import { SignInRefusedError } from '../../domain/input/errors.ts';
import { IssuerAwayError } from '../access/errors.ts';
import { SignInProblemError } from './signInProblem.ts';

/** A failure as a page tells it. */
interface Told {
  status: number;
  title: string;
  text: string;
  /** What an admin reads in the log, where that is more; never a token. */
  logged?: string | undefined;
}

const tryAgain = 'Try again in a few seconds. If that does not help, tell an admin of this server.';

/** Says how a failed sign-in is told; undefined for what is no failure of a sign-in. */
export function tellFailure(error: unknown): Told | undefined {
  if (error instanceof SignInProblemError)
    return { status: error.status, title: error.title, text: error.message };
  if (error instanceof SignInRefusedError)
    return { status: 403, title: 'You may not sign in', text: error.message };
  if (error instanceof IssuerAwayError) return tellAway(error.cause);
  return error instanceof Error ? tellAnswer(error) : undefined;
}

function tellAway(error: unknown): Told {
  const mismatch = codeOf(error) === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';
  return {
    status: 503,
    title: 'The issuer does not answer',
    text: mismatch
      ? 'The issuer says that it is another one than this server was told. An admin must set OIDC_ISSUER to what its metadata says, or to the whole URL of the metadata.'
      : `The issuer, where you sign in, does not answer this server. ${tryAgain}`,
    logged: reasonsOf(error),
  };
}

/** What became of the answer that the browser brought, and of the code in it. */
function tellAnswer(error: Error): Told | undefined {
  const code = codeOf(error);
  if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR') {
    const why = reasonGiven(error);
    return {
      status: 403,
      title: 'The issuer did not sign you in',
      text: `The issuer says: ${why}. Sign in again, or ask whoever looks after your account there.`,
    };
  }
  // The issuer asks who this server is.
  if (code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE') return notAccepted('it does not know this server');
  if (code === 'OAUTH_RESPONSE_BODY_ERROR') return tellBody(error);
  if (error instanceof TypeError || code === 'OAUTH_TIMEOUT' || code === 'OAUTH_RESPONSE_IS_NOT_CONFORM')
    return tellAway(error);
  if (!code?.startsWith('OAUTH_')) return undefined;
  return {
    status: 403,
    title: 'The answer of the issuer does not count',
    text: `What the issuer sent proves nothing: ${reasonsOf(error)}. Sign in again. If it happens again, tell an admin of this server.`,
    logged: reasonsOf(error),
  };
}

function tellBody(error: Error): Told {
  const why = reasonGiven(error);
  if ('error' in error && error.error === 'invalid_grant')
    return {
      status: 403,
      title: 'This sign-in is over',
      text: 'The issuer does not accept the code any more: it was used already, or is too old. Sign in again.',
      logged: why,
    };
  return notAccepted(why);
}

function notAccepted(why: string): Told {
  return {
    status: 403,
    title: 'The issuer does not accept this server',
    text: `The issuer says: ${why}. Tell an admin of this server, who finds the client in OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.`,
    logged: why,
  };
}

/** What an issuer gives as its reason, in one short line. */
function reasonGiven(error: Error): string {
  const { error: word, error_description: more } = error as { error?: unknown; error_description?: unknown };
  return [word, more]
    .filter((one) => typeof one === 'string' && one !== '')
    .join(', ')
    .slice(0, 300)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ');
}

/** The messages of an error and of what caused it. */
function reasonsOf(error: unknown): string {
  const messages: string[] = [];
  for (let one = error; one instanceof Error && messages.length < 4; one = one.cause)
    messages.push(one.message.slice(0, 300));
  return messages.join(': ');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
