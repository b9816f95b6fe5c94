import { setTimeout as wait } from 'node:timers/promises';
import type { PullReader } from '../../contract/pulls/pullReader.ts';
import type { PullRequest } from '../../domain/approvals/approval.ts';
import { mayDo } from '../../domain/input/viewer.ts';
import type { KeptDetails } from '../../domain/pulls/details.ts';
import type { Context } from '../context.ts';

/** For how long an answer waits for the host. */
const waitMs = 3000;

/**
 * Gives what is kept of a pull request, after its host was asked for it anew where that is wanted: within a time, for a few
 * of each request, and while it is open.
 */
export async function loadOpened(
  context: Context,
  pull: PullRequest,
  first?: keyof PullReader,
): Promise<KeptDetails | null> {
  const { headSha } = pull;
  if (headSha === null) return null;
  if (first !== undefined && pull.state === 'open') await askHost(context, { ...pull, headSha }, first);
  return context.loadPullDetails(pull);
}

async function askHost(
  { store, viewer, openPull, signal }: Context,
  pull: PullRequest & { headSha: string },
  what: keyof PullReader,
): Promise<void> {
  const { pullReader } = store;
  if (pullReader === undefined || !mayDo(viewer, 'read') || !openPull()) return;
  const answered = new AbortController();
  const signals = signal ? [answered.signal, signal] : [answered.signal];
  const { host, owner, repo, number, headSha } = pull;
  await Promise.race([
    pullReader[what]({ host, owner, repo, number, headSha }).finally(() => answered.abort()),
    wait(waitMs, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined),
  ]);
}
