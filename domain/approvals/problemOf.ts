import { identityKey } from '../../contract/people/identityKey.ts';
import type { Store } from '../store.ts';
import type { Approval } from './approval.ts';
import { whyUnmeetable } from './unmeetable.ts';

/** Says why nobody can ever approve what waits, for whoever looks at it; nothing when somebody can, or it has ended. */
export function problemOf(
  { state, policy, startedBy, pullRequest }: Approval,
  { knownPeople }: Pick<Store, 'knownPeople'>,
): string | undefined {
  if (state !== 'pending') return undefined;
  const author = knownPeople?.users.get(identityKey(pullRequest?.author ?? ''));
  const excluded = [startedBy, author].filter((one) => one != null);
  return whyUnmeetable(policy, knownPeople, excluded);
}
