import type { Task } from '../../client/index.ts';
import { judgeAttempt } from '../../contract/outcome/judgeAttempt.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { knownStep } from '../../contract/plan/step.ts';
import { type EndedStatus, isOpenStatus, type TaskStatus } from '../../contract/words/taskStatus.ts';
import { wordOf } from '../../contract/words/words.ts';
import type { Attempt } from '../attempt/runStep.ts';
import { endedAttempt } from '../outcome/ending.ts';
import type { Step } from '../plan/schema.ts';

/** What one step of a run came to. */
export interface StepResult {
  task: string;
  /** The server's id of the task; null while it has not taken the report. */
  taskId: string | null;
  /** The number by which people name the task; null while its id is. */
  databaseId: number | null;
  /** `queued` where it waits for an approval still, or where its end is not known. */
  status: EndedStatus | 'queued';
  reason: string | null;
  outputsUri: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  /** Null when the command did not exit by itself. */
  exitCode: number | null;
  outputs: Record<string, string>;
  logExcerpt: string | null;
}

/** What a run came to. */
export interface RunResult {
  runId: string;
  plan: string;
  startedAt: string;
  finishedAt: string;
  durationMs: number;
  exitCode: number;
  /** The signal that ended the run early. */
  interruptedBy: string | null;
  steps: StepResult[];
  /** Tasks whose reports are in the journal because the server could not be reached, and ones that it refused. */
  reports: { pending: number; refused: number };
  /** Null where it could not be written. */
  logFile: string | null;
  resultFile: string;
}

/** A run's result by the names of the REST API: the content of `orchestration-<run>.json`. */
export function resultRecord(result: RunResult): Record<string, unknown> {
  return {
    run_id: result.runId,
    plan: result.plan,
    exit_code: result.exitCode,
    interrupted_by: result.interruptedBy,
    started_at: result.startedAt,
    finished_at: result.finishedAt,
    duration_ms: result.durationMs,
    steps: result.steps.map((step) => ({
      task: step.task,
      task_id: step.taskId,
      status: step.status,
      reason: step.reason,
      exit_code: step.exitCode,
      started_at: step.startedAt,
      finished_at: step.finishedAt,
      duration_ms: step.durationMs,
      outputs_uri: step.outputsUri,
      outputs: step.outputs,
      log_excerpt: step.logExcerpt,
    })),
    reports: result.reports,
    log_file: result.logFile,
  };
}

/** Describes a step by its task on the server and by the last attempt that this process made at it. */
export function resultOf(task: Task, attempt: Attempt | undefined, logExcerpt?: string): StepResult {
  const { durationMs, startedAt, finishedAt, outputsUri, reason } = task;
  const known = wordOf(task.status);
  const status = isOpenStatus(known) ? 'queued' : known;
  return {
    task: task.task,
    taskId: task.id,
    databaseId: task.databaseId,
    status,
    reason: status === 'queued' ? 'waiting for approval' : reason,
    outputsUri,
    startedAt,
    finishedAt,
    durationMs,
    exitCode: attempt?.ending.kind === 'exit' ? attempt.ending.code : null,
    outputs: attempt?.outputs ?? {},
    logExcerpt: attempt?.logExcerpt ?? logExcerpt ?? null,
  };
}

/** The last attempt that this process made at a step. */
export interface LastAttempt {
  /** Which attempt it was, from 1. */
  number: number;
  attempt: Attempt;
  /** The task, as the server answered the report; undefined where it could not. */
  answer?: Task;
}

/**
 * Describes a step of which the server could not be asked in the end: as it has answered the last report, else as it will
 * judge that by its rule.
 */
export function unreportedResult(step: Step, last: LastAttempt | undefined): StepResult {
  const { task } = step;
  const unknown = { task, taskId: null, databaseId: null, outputs: {}, logExcerpt: null, exitCode: null };
  if (last === undefined) {
    const reason = 'the server could not be reached';
    return {
      ...unknown,
      status: 'queued',
      reason,
      outputsUri: null,
      startedAt: null,
      finishedAt: null,
      durationMs: null,
    };
  }
  const { number, attempt, answer } = last;
  if (answer) return { ...resultOf(answer, attempt), reason: answer.reason };
  const { ending, made, startedAt, finishedAt, durationMs, outputs, logExcerpt } = attempt;
  const ended = { ...endedAttempt(ending), reason: attempt.reason, durationMs };
  const { status, reason } = judgeAttempt(ended, knownStep(step), number, made.holds);
  const exitCode = ending.kind === 'exit' ? ending.code : null;
  return {
    ...unknown,
    status,
    reason,
    outputsUri: made.outputsUri,
    startedAt,
    finishedAt,
    durationMs,
    exitCode,
    outputs,
    logExcerpt,
  };
}

/**
 * The exit code of a run: 0 all is well, 1 a step failed or a report is not with the server, 3 neither and one awaits
 * approval, 128 + n for a signal.
 */
export function exitCodeOf(
  steps: readonly { status: TaskStatus }[],
  reports: RunResult['reports'],
  interruptedBy: string | null,
): number {
  if (interruptedBy !== null) return ownValue(signalCodes, interruptedBy) ?? 1;
  if (reports.pending + reports.refused > 0) return 1;
  if (steps.some(({ status }) => status === 'failed')) return 1;
  return steps.some(({ status }) => status === 'awaiting_approval') ? 3 : 0;
}

const signalCodes: Record<string, number> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
