import type { Outbound } from '../channels/outbound/outbound.ts';
import { problemsOfPlans } from '../domain/approvals/policyProblems.ts';
import { beginDigests } from '../domain/notifications/digest.ts';
import type { Store } from '../domain/store.ts';
import type { ServerConfig } from './config.ts';
import type { Logger } from './log.ts';
import { emitEvents } from './metrics/emitter.ts';
import { accessOf } from './pulls/reach.ts';
import { type GithubReader, type WatchOptions, watchPulls } from './pulls/watch.ts';
import { startRetention } from './retention.ts';
import { look, startSweeper } from './sweeper.ts';
import { startTrends } from './trends.ts';
import { warnOfUnknownPlans } from './warnOfUnknownPlans.ts';

/** Starts all that a server does unasked; a brief one leaves out what only concerns who is there every morning. */
export async function startDuties(
  store: Store,
  config: ServerConfig,
  { outbound, log, isBrief }: { outbound: Outbound; log: Logger; isBrief: boolean },
): Promise<{ reader: GithubReader | undefined; stop(): Promise<void> }> {
  await look(store, log);
  await warnOfPolicies(store, log);
  await warnOfUnknownPlans(store.db, config, log);
  await beginDigests(store, isBrief ? { ...config.digest, onlyWhenNeeded: true } : config.digest);
  const pulls = watchPulls(store, watchOptionsOf(store, config, outbound, log));
  const sweeper = startSweeper(store, config, log);
  const retention = startRetention(store, config.retentionDays, log);
  const trends = startTrends(store, log);
  const events =
    config.collector && emitEvents(store.changes, config.collector, { log, send: outbound.fetch });
  return {
    reader: pulls.reader,
    async stop() {
      await Promise.all([pulls.stop(), sweeper.stop(), retention.stop(), trends.stop(), events?.stop()]);
    },
  };
}

/** Warns at startup of steps that nobody can approve, so that you do not find out at night. */
async function warnOfPolicies(store: Store, log: Logger): Promise<void> {
  for (const { plan, task, problem } of await problemsOfPlans(store))
    log.warn({ plan, step: task }, `Nobody can approve this step: ${problem}`);
}

/** With a webhook, events arrive immediately, so polling only finds what it missed. */
function watchOptionsOf(
  { githubUsers: users = new Map() }: Store,
  config: ServerConfig,
  { fetch: send }: Outbound,
  log: Logger,
): WatchOptions {
  const { githubWebhookSecret } = config;
  return {
    log,
    users,
    checkEveryMs: githubWebhookSecret === undefined ? 300_000 : 3_600_000,
    github: accessOf(config, send),
  };
}
