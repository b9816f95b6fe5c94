import type { PullReader } from '../../contract/pulls/pullReader.ts';
import { DatabaseUnavailableError } from '../../database/errors.ts';
import { freezeScope } from '../../domain/freeze/freeze.ts';
import type { GithubUsers } from '../../domain/input/people.ts';
import { releaseClaims, type TakenPull, takenTogether, takeUnchecked } from '../../domain/pulls/unchecked.ts';
import { noteUnreadable } from '../../domain/pulls/unreadable.ts';
import type { Store } from '../../domain/store.ts';
import type { Logger } from '../log.ts';
import { repeatedly } from '../repeatedly.ts';
import { carryOutActions } from './act.ts';
import { type GithubAccess, type GithubApi, openGithubApi } from './api.ts';
import { GithubAwayError, GithubError, isRefusal } from './errors.ts';
import { type DetailsKeeper, openDetailsKeeper } from './keepDetails.ts';
import { lookAtPull } from './look.ts';

/** What the watch works with. */
export interface WatchOptions {
  /** Without it nothing is looked at, and what approvals owe has failed. */
  github: GithubAccess | undefined;
  users: GithubUsers;
  /** How long what was looked at is left alone: five minutes, or an hour where a webhook tells of news. */
  checkEveryMs: number;
  /** How often there is a look for new work. @default 10000 */
  tickMs?: number;
  /** How long nothing is looked at after GitHub was away. @default 30000 */
  awayMs?: number;
  log: Logger;
}

/** What reads the pull requests of a host. */
export interface GithubReader extends PullReader {
  host: string;
  /** Reads at once what is to be asked soon. */
  wake(): void;
}

/**
 * Looks at the pull requests that approvals wait for, a new one at once, and carries approvals out, until it is
 * stopped. However many replicas do so, each pull request is looked at once.
 */
export function watchPulls(
  store: Store,
  options: WatchOptions,
): { reader: GithubReader | undefined; stop(): Promise<void> } {
  const { github, tickMs = 10_000, log } = options;
  const api = github && openGithubApi(github);
  const onFault = (error: unknown) => {
    const level = error instanceof DatabaseUnavailableError ? 'warn' : 'error';
    log[level]({ err: error }, 'Checking pull requests failed; the next check starts soon');
  };
  const keeper = api && openDetailsKeeper(store, api, log);
  const looking = api && keeper && repeatedly(makeLook(store, { api, keeper }, options), tickMs, onFault);
  const renewing = keeper && repeatedly(keeper.readDue, tickMs, onFault);
  const acting = repeatedly(() => carryOutActions(store, api, log), tickMs, onFault);
  const unsubscribe = store.changes.subscribe(({ status, approvalState }) => {
    if (status === 'awaiting_approval') looking?.wake();
    else if (approvalState === 'approved') acting.wake();
  });
  const unlisten = store.work.listen(freezeScope, acting.wake);
  looking?.wake();
  acting.wake();
  return {
    reader: api && looking && { ...keeper, host: api.webHost, wake: () => looking.wake() },
    async stop() {
      unsubscribe();
      unlisten();
      const stopped = Promise.all([looking?.stop(), renewing?.stop(), acting.stop(), keeper?.stop()]);
      api?.close();
      await stopped;
    },
  };
}

/** With what pull requests are looked at. */
interface LookParts {
  api: GithubApi;
  keeper: DetailsKeeper;
}

/** Makes the look at all that is due. */
function makeLook(store: Store, parts: LookParts, options: WatchOptions): () => Promise<void> {
  const { api } = parts;
  const { checkEveryMs, awayMs = 30_000 } = options;
  let awayUntil = 0;
  return async () => {
    while (api.pauseMs() === 0 && performance.now() >= awayUntil) {
      const taken = await takeUnchecked(store.db, api.webHost, checkEveryMs);
      const away = await lookAtAll(store, parts, taken, options);
      if (away?.pauseMs === 0) awayUntil = performance.now() + awayMs;
      if (away || taken.length < takenTogether) return;
    }
  };
}

/** Looks at one after the other, as GitHub wants it; when it is away, gives the rest back and says so. */
async function lookAtAll(
  store: Store,
  { api, keeper }: LookParts,
  taken: readonly TakenPull[],
  { users, log }: WatchOptions,
): Promise<GithubAwayError | undefined> {
  const left = new Map(taken.map((pull) => [keyOf(pull), pull]));
  for (const [key, pull] of left) {
    try {
      const headSha = await lookAtPull(store, users, api.of(pull), pull);
      // After what decides: what people see of it may fail by itself.
      if (headSha !== undefined) await keeper.renew({ ...pull, headSha });
    } catch (error) {
      if (!(error instanceof GithubError)) throw error;
      log.warn({ pull: key, why: error.message }, 'Could not check a pull request');
      if (error instanceof GithubAwayError) {
        await releaseClaims(
          store.db,
          taken.filter((one) => left.has(keyOf(one))),
        );
        return error;
      }
      if (isRefusal(error)) await noteUnreadable(store, pull, error.message);
    }
    left.delete(key);
  }
  return undefined;
}

/** Several tasks may wait for one pull request. */
function keyOf({ owner, repo, number }: TakenPull): string {
  return `${owner}/${repo}#${number}`.toLowerCase();
}
