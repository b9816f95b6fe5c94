import { dirname, resolve } from 'node:path';
import { readDuration } from '../../contract/text/duration.ts';
import { type Attempt, runStep } from '../attempt/runStep.ts';
import type { Cancellation } from '../command/command.ts';
import { maskSecrets } from '../output/maskSecrets.ts';
import type { StepLog } from '../output/stepLog.ts';
import { type Circumstances, unmetCondition } from '../plan/condition.ts';
import type { Plan, Step } from '../plan/schema.ts';
import { type AttemptReport, attemptReport } from './attemptReport.ts';
import { branchOf } from './branch.ts';
import type { Lease } from './events.ts';
import { extensionMs, type HeldLease, holdLease, type LeaseEnd } from './holdLease.ts';
import type { AskSetting, Wish } from './leaseRequest.ts';
import { needsVariables } from './needsVariables.ts';
import { type SendSetting, sendReport } from './sendReport.ts';
import { type NextUp, readNext } from './wish.ts';
import type { WorkerOptions } from './workerOptions.ts';

/**
 * Runs the command of a leased task, extends its lease meanwhile, and reports its outcome; `wish` is asked right before that
 * for a wish that goes with the report. Gives what has come of the wish.
 */
export async function runAttempt(
  lease: Lease,
  options: AttemptSetting,
  wish: () => Wish | undefined,
): Promise<NextUp> {
  const { patientClient, observe } = options;
  observe({ type: 'leased', lease });
  const ending = new AbortController();
  let ended: LeaseEnd | undefined;
  const plan = options.plans.get(lease.planHash, lease.runCreatedAt);
  const step = plan?.steps.find(({ task }) => task === lease.task);
  const held = holdLease(patientClient, lease, {
    onEnd(why) {
      ended = why;
      ending.abort(reasonOf(why));
    },
    onDrained() {
      // A worker of exclusive runs leaves with them.
      if (!options.runIds?.length) options.onDrained();
    },
    leadMs:
      step?.onLostContact === 'end'
        ? Math.min(readDuration(step.grace) ?? 0, lease.holdsForMs / 3)
        : undefined,
  });
  try {
    const { attempt, report } = await attemptTask(lease, { plan, step, held }, ending.signal, options).catch(
      failedHere,
    );
    if (ended === 'lost') {
      observe({ type: 'lost', lease });
      return {};
    }
    const kept = options.journal.keep(lease, report);
    const wished = wish();
    const delivery = await sendReport(kept, options, wished);
    if (delivery.type === 'reported') observe({ type: 'reported', task: delivery.task, lease, attempt });
    else if (delivery.type === 'kept') observe({ ...delivery, lease, attempt });
    else observe({ ...delivery, lease });
    return readNext(delivery, wished, options);
  } finally {
    held.release();
    options.notes.over(lease.leaseId);
  }
}

function reasonOf(why: LeaseEnd): Cancellation | string {
  if (why === 'cancelled') return { cancelled: true };
  return why === 'lost' ? 'the loss of its lease' : 'the loss of contact with the server (onLostContact)';
}

/** An error of the worker at one task, such as a log on a full disk, ends that attempt alone. */
function failedHere(error: unknown): { report: AttemptReport; attempt: null } {
  const why = error instanceof Error ? error.message : String(error);
  const reason = `its worker failed while running it: ${why}`;
  return { report: { ending: 'UNSTARTABLE', reason, durationMs: 0, outputs: {} }, attempt: null };
}

/** What an attempt works with. */
export type AttemptSetting = WorkerOptions & SendSetting & Pick<AskSetting, 'notes' | 'onDrained' | 'freeze'>;

async function attemptTask(
  lease: Lease,
  { plan, step, held }: { plan: Plan | undefined; step: Step | undefined; held: HeldLease },
  ended: AbortSignal,
  options: AttemptSetting,
): Promise<{ report: AttemptReport; attempt: Attempt | null }> {
  const needs = knownNeeds(lease);
  const notRun = (ending: AttemptReport['ending'], reason: string) => ({
    report: { ending, reason, durationMs: 0, outputs: {} },
    attempt: null,
  });
  if (plan === undefined || step === undefined) {
    const why = `the plan of worker ${options.name} has no step "${lease.task}"`;
    return notRun('UNSTARTABLE', `could not be started: ${why}`);
  }
  if (needs === undefined)
    return notRun(
      'UNSTARTABLE',
      'could not be started: the outputs of all steps that it needs are too long together',
    );
  const unmet = step.when && (await unmetCondition(step.when, circumstances(plan, step, needs, options)));
  if (unmet !== undefined) return notRun('CONDITION', maskSecrets(unmet, options.secretsOf(plan)));
  const environment = needsVariables(lease.inputs, needs);
  if ('clash' in environment) return notRun('UNSTARTABLE', describeClash(environment.clash));
  // Somebody else may run it already.
  if (!(await held.isOurs()))
    return notRun('INTERRUPTED', 'its lease may have expired before its command started');
  if (options.signal.aborted)
    return notRun('INTERRUPTED', 'its worker was stopped before its command started');
  const attempt = await runCommand(
    lease,
    { plan, step, needsVariables: environment.variables },
    ended,
    options,
  );
  return { report: attemptReport(attempt), attempt };
}

function describeClash({
  variable,
  first,
  second,
}: {
  variable: string;
  first: string;
  second: string;
}): string {
  return `could not be started: ${first} and ${second} would both be the variable ${variable}; rename one of them`;
}

/** The outputs of all steps that a lease's step needs; undefined where some did not fit. */
function knownNeeds({ needs }: Lease): Record<string, Record<string, string>> | undefined {
  const known = Object.entries(needs).filter(
    (entry): entry is [string, Record<string, string>] => entry[1] !== null,
  );
  return known.length === Object.keys(needs).length ? Object.fromEntries(known) : undefined;
}

function circumstances(
  plan: Plan,
  step: Step,
  outputs: Circumstances['outputs'],
  { variables }: WorkerOptions,
): Circumstances {
  const directory = resolve(dirname(plan.file), step.cwd ?? '.');
  return {
    platform: process.platform,
    branch: () => branchOf(directory, variables),
    env: variables,
    outputs,
  };
}

async function runCommand(
  lease: Lease,
  {
    plan,
    step,
    needsVariables: variables,
  }: { plan: Plan; step: Step; needsVariables: Readonly<Record<string, string>> },
  ended: AbortSignal,
  options: AttemptSetting,
): Promise<Attempt> {
  const { observe, notes } = options;
  const log = openingLog(Promise.resolve(options.beginLog(lease)));
  try {
    return await runStep(step, {
      ...options,
      plan,
      log,
      secrets: options.secretsOf(plan),
      origin: options.plans.originOf(plan),
      runId: lease.runId,
      needsVariables: variables,
      signal: AbortSignal.any([options.signal, ended]),
      // By then nothing has extended its lease for as long as it holds.
      hangMs: lease.holdsForMs - extensionMs(lease),
      onBegin: (cookie) => notes.begins(lease.leaseId, cookie),
      onStart: (pid) => notes.leads(lease.leaseId, pid),
      onLine: (line) => observe({ type: 'output', lease, line }),
      onAnnotation: (line) => observe({ type: 'annotation', lease, line }),
    });
  } finally {
    await log.end();
  }
}

/** A log that takes lines before it is open, so that the command need not wait for the disk. */
function openingLog(opening: Promise<StepLog>): StepLog {
  // The caller of write gets the error.
  opening.catch(() => undefined);
  return {
    write: async (lines) => (await opening).write(lines),
    end: async () => (await opening).end(),
  };
}
