import { setTimeout as wait } from 'node:timers/promises';
import { ApiUnreachableError, type Client, expectType } from '../../client/index.ts';
import type { LinkRules } from '../outcome/links.ts';
import type { StepLog } from '../output/stepLog.ts';
import type { Plan } from '../plan/schema.ts';
import type { Lease, WorkerEvent } from './events.ts';
import { makeAttempt } from './makeAttempt.ts';
import type { PlanShelf } from './planShelf.ts';

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

/** Leases tasks and runs their commands, several at once, until it is stopped or done and all have ended. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.concurrency }, () => workOneByOne(options)));
}

async function workOneByOne(options: WorkerOptions): Promise<void> {
  const { patientClient, plans, runIds = [], name, labels, observe, waitMs = 20_000 } = options;
  const over = options.done ? AbortSignal.any([options.signal, options.done]) : options.signal;
  let isAway = false;
  for (let pauseMs = 500; !over.aborted; ) {
    try {
      await plans.refresh();
      const planHashes = runIds.length > 0 ? [] : plans.hashes();
      const wanted = { worker: name, planHashes, runIds: [...runIds], labels: [...labels], waitMs };
      const { lease } = expectType(await patientClient.leaseTask(wanted, { signal: over }), 'LeaseOffer');
      if (isAway) observe({ type: 'back' });
      isAway = false;
      pauseMs = 500;
      if (lease != null) await makeAttempt(lease as Lease, options);
    } catch (error) {
      if (over.aborted) return;
      if (!(error instanceof ApiUnreachableError)) throw error;
      if (!isAway) observe({ type: 'away', why: error.message });
      isAway = true;
      await wait(pauseMs * (0.5 + Math.random()), undefined, { signal: over }).catch(() => undefined);
      pauseMs = Math.min(5000, pauseMs * 2);
    }
  }
}
