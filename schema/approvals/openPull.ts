import type { PullReader } from '../../contract/pulls/pullReader.ts';
import type { PullRequest } from '../../domain/approvals/approval.ts';
import { mayDo } from '../../domain/input/viewer.ts';
import { askHost } from '../../domain/pulls/askHost.ts';
import type { KeptDetails } from '../../domain/pulls/details.ts';
import type { Context } from '../context.ts';

/**
 * Gives what is kept of a pull request, after its host was asked for it anew where that is wanted: within a time, for a few
 * of each request, and while it is open.
 */
export async function loadOpened(
  context: Context,
  pull: PullRequest,
  first?: keyof PullReader,
): Promise<KeptDetails | null> {
  const { store, viewer, signal } = context;
  if (pull.headSha === null) return null;
  const isAsked = first !== undefined && pull.state === 'open' && store.pullReader !== undefined;
  if (isAsked && mayDo(viewer, 'read') && context.openPull()) await askHost(store, pull, [first], { signal });
  return context.loadPullDetails(pull);
}
