import { signInMs } from '../../domain/access/begunSignIns.ts';
import { SignInRefusedError } from '../../domain/input/errors.ts';
import { GithubAwayError, GithubError } from '../pulls/errors.ts';
import { CodeRefusedError } from './githubAccount.ts';
import type { SignInProblem } from './problemPage.ts';

/** Nobody can be signed in by GitHub, for a reason that a page tells. */
export class GithubProblem extends Error {
  override readonly name = 'GithubProblem';
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, text: string) {
    super(text);
    this.status = status;
    this.title = title;
  }
}

export const noGithub = () =>
  new GithubProblem(
    404,
    'GitHub is not set up',
    'Nobody signs in to this server by GitHub. An admin can set that up: GITHUB_APP_CLIENT_ID.',
  );

export const otherAddress = (publicUrl: string | undefined) =>
  new GithubProblem(
    400,
    'Open Nightshift by its own address',
    `You can sign in at ${publicUrl} only. If you have opened that, its proxy does not pass on the Host header: an admin must set that up.`,
  );

export const noCookie = () =>
  new GithubProblem(
    403,
    'This browser has not begun to sign in',
    'The sign-in was begun in another browser, or this one keeps no cookies. Sign in again, and allow cookies for this address.',
  );

export const notBegun = () =>
  new GithubProblem(
    403,
    'This sign-in is over',
    'It was used already, or was begun in another browser or another tab. Sign in again.',
  );

export const tooLate = () =>
  new GithubProblem(
    403,
    'This sign-in took too long',
    `You have ${signInMs / 60_000} minutes to sign in. Sign in again.`,
  );

/** What GitHub sends back in place of a code. */
export function deniedBy(word: string): GithubProblem {
  const title = 'GitHub did not sign you in';
  if (word === 'access_denied')
    return new GithubProblem(
      403,
      title,
      'You did not let Nightshift know who you are. It reads your login, and your teams where roles depend on them. Sign in again to allow it.',
    );
  return new GithubProblem(
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
  if (error instanceof GithubProblem)
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
