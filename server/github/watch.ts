import type { GithubUsers } from '../../domain/pulls/pull.ts';
import { takeUnchecked } from '../../domain/pulls/unchecked.ts';
import type { Store } from '../../domain/store.ts';
import { DatabaseUnavailableError } from '../../prisma/database/errors.ts';
import type { Logger } from '../log.ts';
import { carryOutActions } from './act.ts';
import { type GithubAccess, GithubError, webHostOf } from './api.ts';
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
  log: Logger;
}

/** The longest that a rate limit is waited for at once. */
const longestPauseMs = 3_600_000;

/**
 * Looks at the pull requests that approvals wait for, a new one at once, and carries approvals out, until it is
 * stopped. However many replicas do so, each pull request is looked at once.
 */
export function watchPulls(store: Store, options: WatchOptions): { stop(): Promise<void> } {
  const { github, users, checkEveryMs, tickMs = 10_000, log } = options;
  let pausedUntil = 0;
  let working: Promise<void> | undefined;
  let stopped = false;

  const look = async () => {
    if (github === undefined || Date.now() < pausedUntil) return;
    for (const pull of await takeUnchecked(store.db, webHostOf(github.apiUrl), checkEveryMs)) {
      if (stopped) return;
      try {
        await lookAtPull(store, users, github, pull);
      } catch (error) {
        if (!(error instanceof GithubError)) throw error;
        log.warn(
          { pull: `${pull.owner}/${pull.repo}#${pull.number}`, why: error.message },
          'A pull request could not be looked at',
        );
        if (error.retryAfterMs === undefined) continue;
        pausedUntil = Date.now() + Math.min(error.retryAfterMs, longestPauseMs);
        return;
      }
    }
  };
  const work = async () => {
    try {
      await look();
      await carryOutActions(store, github, log);
    } catch (error) {
      const level = error instanceof DatabaseUnavailableError ? 'warn' : 'error';
      log[level]({ err: error }, 'A look at pull requests failed; the next one comes soon');
    }
  };
  const tick = () => {
    working ??= work().finally(() => {
      working = undefined;
    });
  };
  const timer = setInterval(tick, tickMs);
  timer.unref();
  tick();
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await working;
    },
  };
}
