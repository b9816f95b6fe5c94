import { SignInRefusedError } from '../../domain/input/errors.ts';
import { GithubAwayError, GithubError } from '../pulls/errors.ts';
import { CodeRefusedError } from './githubAccount.ts';
import type { SignInProblem } from './problemPage.ts';
import { SignInProblemError } from './signInProblem.ts';

export const noGithub = new SignInProblemError(
  404,
  'GitHub is not set up',
  'Nobody signs in to this server by GitHub. An admin can set that up: GITHUB_APP_CLIENT_ID.',
);

/** What GitHub sends back in place of a code. */
export function deniedBy(word: string): SignInProblemError {
  const title = 'GitHub did not sign you in';
  if (word === 'access_denied')
    return new SignInProblemError(
      403,
      title,
      'You did not let Nightshift know who you are. It reads your login, and your teams where roles depend on them. Sign in again to allow it.',
    );
  return new SignInProblemError(
    403,
    title,
    `GitHub says: ${word.slice(0, 100).replace(/[^\w .-]/g, ' ')}. Sign in again. If it happens again, tell an admin of this server.`,
  );
}

const ofOrganisations =
  ' If an organisation or a team of yours should let you in, its owner must install the GitHub App there, with the permission to read members.';

/** Says how a failed sign-in is told, and what an admin reads in the log; undefined for what is none. */
export function tellGithubFailure(
  error: unknown,
  hasOrganisations: boolean,
): (SignInProblem & { logged?: string }) | undefined {
  if (error instanceof SignInProblemError)
    return { status: error.status, title: error.title, text: error.message };
  if (error instanceof SignInRefusedError)
    return {
      status: 403,
      title: 'You may not sign in',
      text: `${error.message}${hasOrganisations ? ofOrganisations : ''}`,
    };
  if (error instanceof CodeRefusedError) return tellCode(error);
  if (!(error instanceof GithubError)) return undefined;
  const isAway = error instanceof GithubAwayError;
  return {
    status: isAway ? 503 : 403,
    title: isAway ? 'GitHub does not answer' : 'GitHub does not let this server ask',
    text: isAway
      ? 'GitHub does not answer this server. Try again in a few seconds. If that does not help, tell an admin of this server.'
      : 'GitHub did not tell this server who you are. Sign in again. If it happens again, tell an admin of this server.',
    logged: error.message,
  };
}

function tellCode(error: CodeRefusedError): SignInProblem & { logged: string } {
  const isOver = error.word === 'bad_verification_code';
  return {
    status: 403,
    title: isOver ? 'This sign-in is over' : 'GitHub does not accept this server',
    text: isOver
      ? 'GitHub does not accept the code any more: it was used already, or is too old. Sign in again.'
      : 'Tell an admin of this server, who finds the App in GITHUB_APP_CLIENT_ID and GITHUB_APP_CLIENT_SECRET, and the callback URL in its settings on GitHub.',
    logged: error.message,
  };
}
