import type { Client } from '../../client/index.ts';
import type { LinkRules } from '../outcome/links.ts';
import type { StepLog } from '../output/stepLog.ts';
import type { Plan } from '../plan/schema.ts';
import type { Lease, WorkerEvent } from './events.ts';
import { sendLeftReports } from './leftReports.ts';
import { type AttemptSetting, makeAttempt } from './makeAttempt.ts';
import { type AskSetting, nextLease } from './nextLease.ts';
import type { PlanShelf } from './planShelf.ts';
import { createReach } from './reach.ts';
import { openReportJournal } from './reportJournal.ts';

/** What a worker works with. */
export interface WorkerOptions {
  client: Client;
  /** A client whose calls may take as long as the server waits for work. */
  patientClient: Pick<Client, 'leaseTask' | 'extendLease'>;
  /** The plans whose steps it runs. */
  plans: PlanShelf;
  /** The exclusive runs that it works for, and for nothing else. @default none: it works for all runs of its plans */
  runIds?: readonly string[];
  name: string;
  labels: readonly string[];
  /** How many commands run at once. */
  concurrency: number;
  dataDir: string;
  /** What an account of a step's own must not reach. */
  privatePaths: readonly string[];
  variables: Readonly<Record<string, string | undefined>>;
  /** What is masked wherever output of a plan goes. */
  secretsOf(plan: Plan): readonly string[];
  githubHosts: LinkRules['githubHosts'];
  beginLog(lease: Lease): StepLog | Promise<StepLog>;
  /** Stops the worker: no further lease, and running commands are ended and reported. Its reason is the signal's name. */
  signal: AbortSignal;
  /** Lets the worker end by itself: no further lease, but what runs goes on to its end. */
  done?: AbortSignal;
  observe(event: WorkerEvent): void;
  /** Milliseconds to wait for work with one request. @default 20000 */
  waitMs?: number;
}

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
  const begun = { since: performance.now(), onDrained, reach: createReach(observe) };
  const setting: AttemptSetting & AskSetting = { ...options, journal, ...begun };
  await sendLeftReports(setting, observe);
  const failing = new AbortController();
  const ends = [options.signal, options.done, leaving.signal, failing.signal];
  const over = AbortSignal.any(ends.filter((signal) => signal !== undefined));
  const slots = Array.from({ length: options.concurrency }, () =>
    workOneByOne(setting, over).catch((error: unknown) => {
      failing.abort();
      throw error;
    }),
  );
  const fault = (await Promise.allSettled(slots)).find((slot) => slot.status === 'rejected');
  await journal.settled();
  if (fault) throw fault.reason;
}

async function workOneByOne(setting: AttemptSetting & AskSetting, over: AbortSignal): Promise<void> {
  for (;;) {
    const lease = await nextLease(setting, over);
    if (lease === undefined) return;
    await makeAttempt(lease, setting);
  }
}
