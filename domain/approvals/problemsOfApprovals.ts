import type { Approval } from './approval.ts';
import { type PeopleStore, readKnownNames } from './knownNames.ts';
import { whyUnmeetable } from './unmeetable.ts';

/**
 * Says why nobody can ever approve what waits, of several approvals in their order, for whoever looks at them; null where
 * somebody can, or it has ended.
 */
export async function problemsOfApprovals(
  store: PeopleStore,
  approvals: readonly Approval[],
): Promise<(string | null)[]> {
  const waiting = approvals.map((approval) => (approval.state === 'pending' ? approval : undefined));
  const judged = waiting.map((one) => one && { policy: one.policy, excluded: makersOf(one) });
  const names = await readKnownNames(
    store,
    judged.filter((one) => one !== undefined),
  );
  return judged.map(
    (one) => (one && whyUnmeetable(one.policy, store.knownPeople, names, one.excluded)) ?? null,
  );
}

/** Who may not approve it, where its policy wants somebody else. */
function makersOf({ startedBy, pullRequest }: Approval): string[] {
  const author = pullRequest?.author ?? null;
  return [startedBy, author === null ? null : `github:${author}`].filter((one) => one !== null);
}
