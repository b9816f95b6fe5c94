import { setTimeout as wait } from 'node:timers/promises';
import type { PullReader } from '../../contract/pulls/pullReader.ts';
import type { PullRequest } from '../approvals/approval.ts';
import type { Store } from '../store.ts';

/** For how long an answer waits for the host. @default 3000 */
interface Patience {
  waitMs?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Has the host of a pull request asked about it because somebody looks at it, where it is open and its head is known. Resolves
 * once that was done, or after a time: what comes later is kept all the same. Never rejects.
 */
export async function askHost(
  { pullReader }: Pick<Store, 'pullReader'>,
  { host, owner, repo, number, headSha, state }: PullRequest,
  what: readonly (keyof PullReader)[],
  { waitMs = 3000, signal }: Patience = {},
): Promise<void> {
  if (pullReader === undefined || headSha === null || state !== 'open' || what.length === 0) return;
  const answered = new AbortController();
  const signals = signal ? [answered.signal, signal] : [answered.signal];
  const pull = { host, owner, repo, number, headSha };
  const asked = Promise.all(what.map((one) => pullReader[one](pull)));
  await Promise.race([
    asked.catch(() => undefined).finally(() => answered.abort()),
    wait(waitMs, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined),
  ]);
}
