import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { TaskChanges } from '../journal/entry.ts';
import type { Reporter, TaskReport } from '../journal/reporter.ts';
import { layersOf } from '../plan/needs.ts';
import { stepInputs } from '../plan/planInput.ts';
import type { Plan, Step } from '../plan/schema.ts';
import type { RunObserver } from './events.ts';
import { attemptedResult, exitCodeOf, type RunResult, type StepResult, skippedResult } from './result.ts';
import { openRunFiles, type RunFiles } from './runFiles.ts';
import { runStep, type StepContext } from './runStep.ts';

/** What a run needs from around it. */
export interface RunSetting {
  runId: string;
  /** Steps to run; the others have no part in the run. */
  steps: readonly Step[];
  reporter: Reporter;
  /** Tells the world that a task awaits approval, once its state is stored. */
  notify(result: StepResult, report: TaskReport): Promise<void>;
  /** Tells again of tasks of other runs that nobody was told of. */
  reminders(): Promise<void>;
  /** Where the log and the results are written. */
  logDir: string;
  dataDir: string;
  variables: StepContext['variables'];
  secrets: readonly string[];
  githubHosts: readonly string[];
  /** Ends the run; its reason is the signal's name. */
  signal: AbortSignal;
  /** Milliseconds to wait at the end for the server to take what it has not. */
  settleMs: number;
  observe: RunObserver;
  /** How many reports the server has refused so far. */
  refused(): number;
}

/**
 * Runs a plan: records every step as queued, runs them in the order of the file and of their
 * needs, skips what needs one that did not succeed, and reports all.
 * Resolves with the result, whatever the steps did; an interruption ends the running step and skips the rest.
 */
export async function runPlan(plan: Plan, setting: RunSetting): Promise<RunResult> {
  const startedAt = new Date();
  const files = await openRunFiles(setting.logDir, setting.runId);
  const observe: RunObserver = (event) => {
    files.note(event);
    setting.observe(event);
  };
  observe({ type: 'runStarted', runId: setting.runId, steps: setting.steps, logFile: files.logFile });

  const open = layersOf(setting.steps)
    .flat()
    .map((step) => ({ step, report: queueStep(step, setting) }));
  const results: Omit<StepResult, 'taskId'>[] = [];
  const notifications: Promise<void>[] = [setting.reminders()];
  for (const { step, report } of open) {
    const blocker = results.find(({ task, status }) => step.needs.includes(task) && status !== 'succeeded');
    const result = await takeStep(plan, step, report, { ...setting, observe }, files, blocker);
    results.push(result);
    observe({ type: 'stepEnded', result });
    if (result.status === 'awaiting_approval') notifications.push(notifyWhenStored(result, report, setting));
  }

  const pending = await settle(notifications, setting);
  const reports = { pending, refused: setting.refused() };
  const interruptedBy = setting.signal.aborted ? String(setting.signal.reason) : null;
  const result: RunResult = {
    runId: setting.runId,
    plan: plan.name,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    exitCode: exitCodeOf(results, reports, interruptedBy),
    interruptedBy,
    steps: results.map((step, index) => ({ ...step, taskId: open[index]?.report.taskId() ?? null })),
    reports,
    logFile: files.logFile,
    resultFile: files.resultFile,
  };
  observe({ type: 'runEnded', result });
  await files.close(result);
  return result;
}

function queueStep(step: Step, { runId, reporter, secrets }: RunSetting): TaskReport {
  return reporter.open(`${runId}/${step.task}/${randomUUID()}`, {
    task: step.task,
    runId,
    status: 'QUEUED',
    startedAt: null,
    inputs: stepInputs(step, secrets),
  });
}

async function takeStep(
  plan: Plan,
  step: Step,
  report: TaskReport,
  setting: RunSetting,
  files: RunFiles,
  blocker: Pick<StepResult, 'task' | 'status'> | undefined,
): Promise<Omit<StepResult, 'taskId'>> {
  const { signal, observe } = setting;
  if (signal.aborted || blocker !== undefined) {
    const why =
      blocker === undefined || signal.aborted
        ? `the run was ended by ${String(signal.reason)} before this step`
        : `needs ${blocker.task}, which ${unmet[blocker.status]}`;
    const result = skippedResult(step.task, why);
    report.update(endOf(result), true);
    return result;
  }
  observe({ type: 'stepStarted', task: step.task });
  report.update({ status: 'RUNNING', startedAt: new Date().toISOString() });
  const log = files.beginStep();
  const attempt = await runStep(step, {
    ...setting,
    plan,
    log,
    onStart: (pid) => report.runs(pid),
    onLine: (line) => observe({ type: 'stepOutput', task: step.task, line }),
    onAnnotation: (line) => observe({ type: 'annotation', line }),
  });
  await log.end();
  report.runs(null);
  const result = attemptedResult(step.task, attempt);
  report.update(endOf(result), true);
  return result;
}

const unmet = {
  succeeded: 'succeeded',
  failed: 'failed',
  awaiting_approval: 'awaits approval',
  skipped: 'was skipped',
} as const;

function endOf(result: Omit<StepResult, 'taskId'>): TaskChanges {
  const { status, startedAt, finishedAt, durationMs, outputsUri, logExcerpt } = result;
  return {
    status: statusNames[status],
    ...(startedAt === null ? {} : { startedAt }),
    ...(finishedAt === null ? {} : { finishedAt }),
    ...(durationMs === null ? {} : { durationMs }),
    ...(outputsUri === null ? {} : { outputsUri }),
    ...(logExcerpt === null ? {} : { logExcerpt }),
  };
}

const statusNames = {
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  awaiting_approval: 'AWAITING_APPROVAL',
  skipped: 'SKIPPED',
} as const;

async function notifyWhenStored(
  result: Omit<StepResult, 'taskId'>,
  report: TaskReport,
  setting: RunSetting,
): Promise<void> {
  const taskId = await report.stored();
  if (taskId !== null) await setting.notify({ ...result, taskId }, report);
}

/** Waits for notifications and reports together, at most for the time there is. */
async function settle(notifications: readonly Promise<void>[], setting: RunSetting): Promise<number> {
  const end = performance.now() + setting.settleMs;
  const limit = new AbortController();
  const late = wait(setting.settleMs, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([Promise.all(notifications), late]);
  limit.abort();
  return setting.reporter.settle(Math.max(0, end - performance.now()));
}
