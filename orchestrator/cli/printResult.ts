import { formatDuration } from '../../contract/text/duration.ts';
import { printableJson } from '../../contract/text/plainText.ts';
import { plural } from '../../contract/text/plural.ts';
import { type RunResult, resultRecord, type StepResult } from '../run/result.ts';
import type { Terminal } from '../terminal.ts';
import { shownPath } from '../text/shownPath.ts';
import type { CliContext } from './context.ts';
import { narrowDetail, narrowName } from './narrowing.ts';
import { type Format, type Printer, printRows } from './output.ts';
import { printWaiting } from './printWaiting.ts';
import { linkOrReason, paintStatus, showLength } from './taskRows.ts';

/** The result: the table for people with the output of what failed, all of it for programs. */
export function printResult(context: CliContext, result: RunResult, output: Format): void {
  const { stdout } = context;
  if (output === 'json') return void stdout.write(`${printableJson(resultRecord(result), 2)}\n`);
  if (output === 'table') showFailures(context, result.steps);
  printRows(context, result.steps, stepPrinter(stdout), output);
  const where = result.logFile && shownPath(result.logFile, context.directory);
  const took = formatDuration(result.durationMs);
  context.print(`\n${result.runId} took ${took}. Full output: ${where ?? 'not kept, see above'}`);
  printWhatWaits(context, result);
  if (result.reports.pending > 0) {
    const what = plural(result.reports.pending, 'task is', 'tasks are');
    context.print(
      `The server could not be reached: ${what} not reported yet. The next run or worker will report them.`,
    );
  }
}

function printWhatWaits(context: CliContext, { steps }: RunResult): void {
  const awaiting = steps.flatMap(({ status, databaseId, ...step }) =>
    status === 'awaiting_approval' && databaseId !== null ? [{ ...step, databaseId }] : [],
  );
  if (awaiting.length === 0) return;
  printWaiting(context, awaiting);
  const held = steps.filter(({ status }) => status === 'queued').length;
  if (held > 0)
    context.print(
      `${plural(held, 'step is', 'steps are')} waiting for ${awaiting.length === 1 ? 'this approval' : 'these approvals'}. After approving, run "nightshift up" or "nightshift worker" to continue.`,
    );
}

function showFailures(context: CliContext, steps: readonly StepResult[]): void {
  for (const { task, logExcerpt } of steps.filter(({ status }) => status === 'failed')) {
    const lines = (logExcerpt ?? '').split('\n').slice(-10);
    context.print(`\nLast lines of ${task}:\n${lines.map((line) => `  │ ${line}`).join('\n')}`);
  }
  context.print('');
}

function stepPrinter(stream: Terminal): Printer<StepResult> {
  return {
    empty: '',
    columns: [
      { head: 'STEP', show: ({ task }) => task, narrow: narrowName },
      { head: 'STATUS', show: ({ status }) => paintStatus(status, stream) },
      { head: 'TOOK', show: showLength, narrow: narrowDetail },
      linkOrReason,
    ],
    fields: {
      task: ({ task }) => task,
      status: ({ status }) => status,
      reason: ({ reason }) => reason,
      started_at: ({ startedAt }) => startedAt,
      finished_at: ({ finishedAt }) => finishedAt,
      duration_ms: ({ durationMs }) => durationMs,
      exit_code: ({ exitCode }) => exitCode,
      outputs_uri: ({ outputsUri }) => outputsUri,
    },
  };
}
