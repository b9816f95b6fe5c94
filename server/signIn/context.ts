import type { WrongKeys } from '../access/wrongKeys.ts';
import type { SignInContext } from './finishSignIn.ts';

/** A way to sign in that begins elsewhere, as a button of the page. */
export interface SignInWay {
  /** Where it begins, e.g. `/sign-in/github`; gets `return_to` in its query. */
  path: string;
  /** What the button says, e.g. `Sign in with GitHub`. */
  label: string;
}

/** What the pages work on by which people sign in. */
export interface SignInRoutes extends SignInContext {
  /** Counts wrong keys, codes and sign-ins that begin. */
  wrongKeys: WrongKeys;
  /** The ways to sign in beside a key. */
  ways: readonly SignInWay[];
}
