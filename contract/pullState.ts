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
export function describePullState({ state, headSha, checkedAt }: HeardPull, isPending: boolean): string {
  if (!isGuess({ state, headSha })) return state;
  if (!isPending || checkedAt !== null) return 'state not known';
  return 'not seen yet: the server needs GITHUB_TOKEN or the webhook';
}

/** How a pull request stands, for programs: `unknown` until its head commit was heard of or it is over. */
export function pullStateOf(pull: Pick<HeardPull, 'state' | 'headSha'>): string {
  return isGuess(pull) ? 'unknown' : pull.state;
}

function isGuess({ state, headSha }: Pick<HeardPull, 'state' | 'headSha'>): boolean {
  return headSha === null && state === 'open';
}
