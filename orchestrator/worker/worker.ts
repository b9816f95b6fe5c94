import { setTimeout as wait } from 'node:timers/promises';
import { ApiUnreachableError, type Client, expectType, RefusedError } from '../../client/index.ts';
import type { Cancellation } from '../command/command.ts';
import type { LinkRules } from '../outcome/links.ts';
import type { StepLog } from '../output/stepLog.ts';
import type { Plan, Step } from '../plan/schema.ts';
import { runStep } from '../run/runStep.ts';
import { type AttemptReport, attemptReport } from './attemptReport.ts';
import { holdLease, type LeaseEnd } from './holdLease.ts';
import { neededOutputs } from './neededOutputs.ts';

/** What a worker tells those who watch it. */
export type WorkerEvent =
  | { type: 'leased'; task: string; runId: string; number: number }
  | { type: 'finished'; task: string; runId: string; status: string; reason: string | null }
  /** The result does not count: the lease had lapsed. */
  | { type: 'lost'; task: string; runId: string }
  | { type: 'away'; why: string }
  | { type: 'refused'; task: string; runId: string; why: string };

/** What a worker works with. */
export interface WorkerOptions {
  client: Client;
  /** A client whose calls may take as long as the server waits for work. */
  patientClient: Pick<Client, 'leaseTask'>;
  /** The plans whose steps it runs, by the hash under which the server knows each. */
  plans: ReadonlyMap<string, Plan>;
  /** The exclusive runs that are its own. */
  runIds?: readonly string[];
  name: string;
  labels: readonly string[];
  /** How many commands run at once. */
  concurrency: number;
  dataDir: string;
  variables: Readonly<Record<string, string | undefined>>;
  secrets: readonly string[];
  githubHosts: LinkRules['githubHosts'];
  beginLog(runId: string, task: string): StepLog;
  /** Stops the worker: no further lease, and running commands are ended and reported. Its reason is the signal's name. */
  signal: AbortSignal;
  observe(event: WorkerEvent): void;
  /** Milliseconds to wait for work with one request. @default 20000 */
  waitMs?: number;
}

/** Leases tasks and runs their commands, several at once, until it is stopped and all have ended. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  await Promise.all(Array.from({ length: options.concurrency }, () => workOneByOne(options)));
}

async function workOneByOne(options: WorkerOptions): Promise<void> {
  const { patientClient, plans, runIds = [], name, labels, signal, observe, waitMs = 20_000 } = options;
  const wanted = {
    worker: name,
    planHashes: [...plans.keys()],
    runIds: [...runIds],
    labels: [...labels],
    waitMs,
  };
  while (!signal.aborted) {
    try {
      const { lease } = expectType(await patientClient.leaseTask(wanted, { signal }), 'LeaseOffer');
      if (lease != null) await makeAttempt(lease as Lease, options);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiUnreachableError)) throw error;
      observe({ type: 'away', why: error.message });
      await wait(1000, undefined, { signal }).catch(() => undefined);
    }
  }
}

interface Lease {
  leaseId: string;
  task: string;
  runId: string;
  planHash: string;
  number: number;
  holdsForMs: number;
  needs: Record<string, Record<string, string>>;
}

async function makeAttempt(lease: Lease, options: WorkerOptions): Promise<void> {
  const { client, plans, observe } = options;
  const { task, runId } = lease;
  observe({ type: 'leased', task, runId, number: lease.number });
  const plan = plans.get(lease.planHash);
  const step = plan?.steps.find((one) => one.task === task);
  if (plan === undefined || step === undefined) {
    const reason = `could not be started: the plan of worker ${options.name} has no step "${task}"`;
    return report(lease, { ending: 'unstartable', reason, durationMs: 0, outputs: {} }, options);
  }
  const ending = new AbortController();
  let ended: LeaseEnd | undefined;
  const held = holdLease(client, lease, (why) => {
    ended = why;
    const cancellation: Cancellation = { cancelled: true };
    ending.abort(why === 'cancelled' ? cancellation : 'the loss of its lease');
  });
  try {
    const result = await runCommand(lease, plan, step, ending.signal, options);
    if (ended === 'lost') return observe({ type: 'lost', task, runId });
    await report(lease, result, options);
  } finally {
    held.release();
  }
}

async function runCommand(
  lease: Lease,
  plan: Plan,
  step: Step,
  ended: AbortSignal,
  options: WorkerOptions,
): Promise<AttemptReport> {
  const log = options.beginLog(lease.runId, lease.task);
  try {
    const attempt = await runStep(step, {
      ...options,
      plan,
      log,
      runId: lease.runId,
      told: neededOutputs(lease.needs),
      signal: AbortSignal.any([options.signal, ended]),
    });
    return attemptReport(attempt);
  } finally {
    await log.end();
  }
}

/** Reports until the server has taken it or says that it does not count; a server that is away is waited for. */
async function report(
  lease: Lease,
  result: AttemptReport,
  { client, signal, observe }: WorkerOptions,
): Promise<void> {
  const { task, runId, leaseId } = lease;
  for (;;) {
    try {
      const { status } = expectType(await client.finishAttempt({ leaseId, ...result }), 'Task');
      return observe({
        type: 'finished',
        task,
        runId,
        status: status.toLowerCase(),
        reason: result.reason ?? null,
      });
    } catch (error) {
      if (error instanceof RefusedError && error.code === 'LostLeaseError')
        return observe({ type: 'lost', task, runId });
      if (!(error instanceof ApiUnreachableError)) {
        return observe({ type: 'refused', task, runId, why: (error as Error).message });
      }
      observe({ type: 'away', why: error.message });
      // A worker that is told to stop leaves the task to the lapse of its lease.
      if (signal.aborted) return;
    }
  }
}
