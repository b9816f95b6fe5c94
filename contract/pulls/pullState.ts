/** What is known of a pull request: its state counts once its head commit was heard of. */
interface HeardPull {
  state: string;
  headSha: string | null;
  checkedAt: string | null;
}

/**
 * Says for people how a pull request stands. Until a server has heard of one, `open` is a guess, and is not shown as a
 * fact; while the task waits for a decision it says what to do about it.
 */
export function describePullState(pull: HeardPull, isPending: boolean): string {
  const state = pullStateOf(pull);
  if (state === 'unknown') return 'state not known';
  if (state !== 'not_checked') return state;
  return isPending ? 'not checked yet: the server needs GITHUB_TOKEN or the webhook' : 'not checked';
}

/**
 * How a pull request stands, for programs: until its head commit was heard of or it is over, `not_checked` where nobody has
 * looked at it, and `unknown` where it could not be read.
 */
export function pullStateOf({ state, headSha, checkedAt }: HeardPull): string {
  if (state !== 'open' || headSha !== null) return state;
  return checkedAt === null ? 'not_checked' : 'unknown';
}
