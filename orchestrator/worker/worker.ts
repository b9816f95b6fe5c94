import { foldersRemoved } from '../attempt/attemptFolder.ts';
import { prepareStarter } from '../command/start/startCommand.ts';
import { trackFreeze } from './freezeNews.ts';
import { openLeaseNotes } from './leaseNotes.ts';
import type { AskSetting } from './leaseRequest.ts';
import { nextLease } from './nextLease.ts';
import { sendPendingReports } from './pendingReports.ts';
import { openReportJournal } from './reportJournal.ts';
import { keepReturning } from './returnLeases.ts';
import { type AttemptSetting, runAttempt } from './runAttempt.ts';
import { trackAvailability } from './serverAvailability.ts';
import { makeWish, type NextUp } from './wish.ts';
import type { WorkerOptions } from './workerOptions.ts';

/**
 * Sends what earlier workers of the data directory have left, then leases tasks and runs their commands, several at
 * once, until it is stopped or done and all have ended.
 * @throws ApiError when the server refuses this worker, after what runs has come to its end
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { observe } = options;
  const journal = openReportJournal(options.dataDir, (why) => observe({ type: 'journalFault', why }));
  const leaving = new AbortController();
  const onDrained = () => {
    if (!leaving.signal.aborted) observe({ type: 'drained' });
    leaving.abort();
  };
  void prepareStarter();
  const begun = { since: performance.now(), onDrained, availability: trackAvailability(observe, options) };
  const notes = openLeaseNotes(options.dataDir);
  const freeze = trackFreeze(observe);
  const setting: AttemptSetting & AskSetting = { ...options, journal, notes, freeze, ...begun };
  const reported = await sendPendingReports(setting, observe);
  const failing = new AbortController();
  const ends = [options.signal, options.done, leaving.signal, failing.signal];
  const over = AbortSignal.any(ends.filter((signal) => signal !== undefined));
  const returning = keepReturning({ ...setting, signal: over }, reported);
  const slots = Array.from({ length: options.concurrency }, () =>
    workOneByOne(setting, over).catch((error: unknown) => {
      failing.abort();
      throw error;
    }),
  );
  const fault = (await Promise.allSettled(slots)).find((slot) => slot.status === 'rejected');
  leaving.abort();
  await Promise.all([journal.settled(), returning, foldersRemoved()]);
  notes.close();
  if (fault) throw fault.reason;
}

async function workOneByOne(setting: AttemptSetting & AskSetting, over: AbortSignal): Promise<void> {
  for (let next: NextUp = {}; ; ) {
    const lease = next.lease ?? (await nextLease(setting, over, next.unanswered));
    if (lease === undefined) return;
    next = await runAttempt(lease, setting, () => makeWish(setting, over));
  }
}
