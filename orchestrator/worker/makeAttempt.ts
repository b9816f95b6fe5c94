import { dirname, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiUnreachableError, expectType, RefusedError } from '../../client/index.ts';
import type { Cancellation } from '../command/command.ts';
import { maskSecrets } from '../output/maskSecrets.ts';
import { type Circumstances, unmetCondition } from '../plan/condition.ts';
import type { Plan, Step } from '../plan/schema.ts';
import { type Attempt, runStep } from '../run/runStep.ts';
import { type AttemptReport, attemptReport } from './attemptReport.ts';
import { branchOf } from './branch.ts';
import type { Lease } from './events.ts';
import { holdLease, type LeaseEnd } from './holdLease.ts';
import { neededOutputs } from './neededOutputs.ts';
import type { WorkerOptions } from './worker.ts';

/** Runs the command of a leased task, keeps its lease alive meanwhile, and reports what came of it. */
export async function makeAttempt(lease: Lease, options: WorkerOptions): Promise<void> {
  const { client, plans, observe } = options;
  observe({ type: 'leased', lease });
  const plan = plans.get(lease.planHash);
  const step = plan?.steps.find(({ task }) => task === lease.task);
  if (plan === undefined || step === undefined) {
    const reason = `could not be started: the plan of worker ${options.name} has no step "${lease.task}"`;
    return report(lease, { ending: 'unstartable', reason, durationMs: 0, outputs: {} }, null, options);
  }
  const unmet = step.when && (await unmetCondition(step.when, circumstances(lease, plan, step, options)));
  if (unmet !== undefined) {
    const reason = maskSecrets(unmet, options.secretsOf(plan));
    return report(lease, { ending: 'condition', reason, durationMs: 0, outputs: {} }, null, options);
  }
  const ending = new AbortController();
  let ended: LeaseEnd | undefined;
  const held = holdLease(client, lease, (why) => {
    ended = why;
    const cancellation: Cancellation = { cancelled: true };
    ending.abort(why === 'cancelled' ? cancellation : 'the loss of its lease');
  });
  try {
    const attempt = await runCommand(lease, plan, step, ending.signal, options);
    if (ended === 'lost') observe({ type: 'lost', lease });
    else await report(lease, attemptReport(attempt), attempt, options);
  } finally {
    held.release();
  }
}

function circumstances(lease: Lease, plan: Plan, step: Step, { variables }: WorkerOptions): Circumstances {
  const directory = resolve(dirname(plan.file), step.cwd ?? '.');
  return {
    platform: process.platform,
    branch: () => branchOf(directory, variables),
    env: variables,
    outputs: lease.needs,
  };
}

async function runCommand(
  lease: Lease,
  plan: Plan,
  step: Step,
  ended: AbortSignal,
  options: WorkerOptions,
): Promise<Attempt> {
  const { observe } = options;
  const log = await options.beginLog(lease);
  try {
    return await runStep(step, {
      ...options,
      plan,
      log,
      secrets: options.secretsOf(plan),
      runId: lease.runId,
      told: neededOutputs(lease.needs),
      signal: AbortSignal.any([options.signal, ended]),
      onLine: (line) => observe({ type: 'output', lease, line }),
      onAnnotation: (line) => observe({ type: 'annotation', lease, line }),
    });
  } finally {
    await log.end();
  }
}

/** Reports until the server has taken it or says that it does not count; a server that is away is waited for. */
async function report(
  lease: Lease,
  result: AttemptReport,
  attempt: Attempt | null,
  { client, signal, observe }: WorkerOptions,
): Promise<void> {
  const { leaseId } = lease;
  for (let pauseMs = 500, isAway = false; ; pauseMs = Math.min(5000, pauseMs * 2)) {
    try {
      const task = expectType(await client.finishAttempt({ leaseId, ...result }), 'Task');
      if (isAway) observe({ type: 'back' });
      return observe({ type: 'reported', lease, task, attempt });
    } catch (error) {
      if (error instanceof RefusedError && error.code === 'LostLeaseError')
        return observe({ type: 'lost', lease });
      if (!(error instanceof ApiUnreachableError)) {
        return observe({ type: 'refused', lease, why: (error as Error).message });
      }
      if (!isAway) observe({ type: 'away', why: error.message });
      isAway = true;
      // A worker that is told to stop leaves the task to the lapse of its lease.
      if (signal.aborted) return;
      await wait(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }
}
