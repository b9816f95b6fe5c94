import { signInMs } from '../../domain/access/begunSignIns.ts';

/** Somebody cannot be signed in; the message says why, and what to do. */
export class SignInProblemError extends Error {
  override readonly name = 'SignInProblemError';
  readonly status: number;
  readonly title: string;

  constructor(status: number, title: string, message: string) {
    super(message);
    this.status = status;
    this.title = title;
  }
}

export const noSecret = () =>
  new SignInProblemError(
    403,
    'This browser has not begun to sign in',
    'The sign-in was begun in another browser, or this one keeps nothing for this address. Sign in again, and allow cookies and stored data for it.',
  );

export const notBegun = () =>
  new SignInProblemError(
    403,
    'This sign-in is over',
    'It was used already, or was begun in another browser or another tab. Sign in again.',
  );

export const tooLate = () =>
  new SignInProblemError(
    403,
    'This sign-in took too long',
    `You have ${signInMs / 60_000} minutes to sign in. Sign in again.`,
  );

export const otherAddress = (publicUrl: string | undefined) =>
  new SignInProblemError(
    400,
    'Open Nightshift by its own address',
    `You can sign in at ${publicUrl} only. If you have opened that, its proxy does not pass on the Host header: an admin must set that up.`,
  );
