import { DatabaseUnavailableError } from '../database/errors.ts';
import { forgetFailures } from '../domain/access/failedCredentials.ts';
import { forgetSignIns } from '../domain/access/forgetSignIns.ts';
import { expireApprovals } from '../domain/approvals/expire.ts';
import { remindOfApprovals, tellForgotten } from '../domain/approvals/remind.ts';
import { sumUpRefusals } from '../domain/audit/refusals.ts';
import { reclaimAbandonedRuns } from '../domain/engine/abandoned.ts';
import { maxEndedTogether, sweepLeases } from '../domain/engine/finishAttempt.ts';
import { settleAside } from '../domain/engine/inEngine.ts';
import { recordSweep, sweepIntervalMs } from '../domain/engine/recordSweep.ts';
import { sweepUnclaimed } from '../domain/engine/unclaimed.ts';
import { forgetLooks } from '../domain/engine/workerLooks.ts';
import { type DigestTime, makeDigest } from '../domain/notifications/digest.ts';
import { forgetPulls } from '../domain/pulls/notePull.ts';
import { removeUnusedQueues } from '../domain/queue/queues.ts';
import { failSilent } from '../domain/reporting/failSilent.ts';
import type { Store } from '../domain/store.ts';
import type { Logger } from './log.ts';
import { repeatedly } from './repeatedly.ts';

/** How long silent reporters have, and when the morning's digest is made. */
export interface SweepSetting {
  /** Milliseconds. */
  reportLimitMs: number;
  digest: DigestTime;
}

/**
 * Ends attempts whose workers are gone and tasks whose reporters are silent, again and again, until it is stopped:
 * every 10 s, or three times in a shorter lease. Each replica looks; of those that find something, one ends it. That it
 * looks is noted apart, since a sweep that takes long must not pass for a time in which nobody could be heard.
 */
export function startSweeper(
  store: Store,
  { reportLimitMs, digest }: SweepSetting,
  log: Logger,
): { stop(): Promise<void> } {
  const onFault = (error: unknown) =>
    log.error({ err: error }, 'Recording the sweep failed; the next one starts soon');
  const everyMs = sweepIntervalMs(store.leaseMs);
  const looks = repeatedly(() => look(store, log), everyMs, onFault);
  const sweeps = repeatedly(() => sweep(store, { reportLimitMs, digest }, log), everyMs, onFault);
  return {
    async stop() {
      await Promise.all([looks.stop(), sweeps.stop()]);
    },
  };
}

/** Notes that the leases are looked at: what nobody could hear since the last look holds again. */
export async function look(store: Store, log: Logger): Promise<void> {
  const leases = await recordSweep(store);
  if (leases) log.warn({ leases }, 'The server was down: extended the open leases');
}

/** Does all that is due without anybody asking for it; a part that fails keeps none of the others. */
export async function sweep(
  store: Store,
  { reportLimitMs, digest }: SweepSetting,
  log: Logger,
): Promise<void> {
  const parts = [
    () => endLapsed(store, log),
    async () => {
      const approvals = await expireApprovals(store);
      if (approvals > 0) log.info({ approvals }, 'Approvals expired');
    },
    async () => void (await sumUpRefusals(store.db)),
    async () => void (await remindOfApprovals(store)),
    async () => void (await tellForgotten(store)),
    async () => void (await makeDigest(store, digest)),
    async () => void (await settleAside(store)),
    async () => {
      const runs = await reclaimAbandonedRuns(store);
      if (runs > 0) log.info({ runs }, 'Reclaimed abandoned runs: the processes that ran them are gone');
    },
    async () => {
      const { see, named } = createNames();
      const count = await failSilent(store, reportLimitMs, see);
      if (count > 0) log.warn({ count, tasks: named() }, 'Tasks failed: their reporters stopped reporting');
    },
    async () => {
      const names = { told: createNames(), failed: createNames() };
      const { told, failed } = await sweepUnclaimed(store, (what, task) => names[what].see(task));
      if (told > 0)
        log.warn({ count: told, tasks: names.told.named() }, 'No worker has asked for tasks that are ready');
      if (failed > 0)
        log.warn({ count: failed, tasks: names.failed.named() }, 'Tasks failed: no worker asked for them');
    },
    () => removeUnusedQueues(store),
    () => forgetLooks(store.db),
    () => forgetPulls(store.db),
    () => forgetFailures(store.db),
    () => forgetSignIns(store.db),
  ];
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      log.warn({ err: error }, 'A part of the sweep failed; the next one starts soon');
      if (error instanceof DatabaseUnavailableError) return;
    }
  }
}

/** Many workers may be gone at once, so it goes on while there are more than are ended together. */
async function endLapsed(store: Store, log: Logger): Promise<void> {
  for (let attempts = maxEndedTogether; attempts === maxEndedTogether; ) {
    const { see, named } = createNames();
    attempts = await sweepLeases(store, see);
    if (attempts > 0)
      log.warn({ attempts, tasks: named() }, 'Leases expired: their workers stopped sending heartbeats');
  }
}

/** The most tasks that a line of the log names. */
const maxNamed = 10;

/** Keeps the names of the first tasks that it sees, for a line of the log. */
function createNames() {
  const names: string[] = [];
  return {
    see: ({ task, runId }: { task: string; runId: string }) => {
      if (names.length < maxNamed) names.push(`${task} of ${runId}`);
    },
    named: () => names.join(', '),
  };
}
