/** What is known of a pull request: its state counts once its head commit was heard of. */
interface HeardPull {
  state: string;
  headSha: string | null;
  checkedAt: string | null;
}

/**
 * Says for people how a pull request stands. Until a server has heard of one, `open` is a guess, and is not shown as a
 * fact.
 */
export function describePullState({ state, headSha, checkedAt }: HeardPull): string {
  if (headSha !== null || state !== 'open') return state;
  if (checkedAt !== null) return 'state not known';
  return 'not seen yet: the server needs GITHUB_TOKEN or the webhook';
}
