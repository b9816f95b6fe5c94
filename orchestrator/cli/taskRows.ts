import type { Run, Task } from '../../client/index.ts';
import { formatDuration } from '../../contract/text/duration.ts';
import { countedStatuses, type TaskStatus, taskStatusFacts } from '../../contract/words/taskStatus.ts';
import { wordOf } from '../../contract/words/words.ts';

import { paint, type Terminal } from '../terminal.ts';
import { showTime } from '../text/showTime.ts';
import { narrowClock, narrowDetail, narrowName, narrowText, narrowTime, narrowWrapped } from './narrowing.ts';
import type { Printer } from './output.ts';
import type { Column } from './table.ts';

/** How tasks are printed. */
export function taskPrinter(stream: Terminal, empty: string): Printer<Task> {
  return {
    empty,
    columns: [
      { head: 'ID', show: ({ databaseId }) => String(databaseId) },
      { head: 'TASK', show: ({ task }) => task, narrow: narrowName },
      { head: 'RUN', show: ({ runId }) => runId, narrow: narrowName },
      { head: 'STATUS', show: ({ status }) => paintStatus(wordOf(status), stream) },
      { head: 'STARTED', show: ({ startedAt }) => showTime(startedAt), narrow: narrowTime },
      { head: 'TOOK', show: showLength, narrow: narrowDetail },
      linkOrReason,
    ],
    fields: taskFields,
  };
}

/** What a task or a step has to say of itself. */
export const linkOrReason: Column<
  Pick<Task, 'outputsUri' | 'reason'> & Partial<Pick<Task, 'acknowledgement'>>
> = {
  head: 'LINK OR REASON',
  show: ({ outputsUri, reason, acknowledgement }) =>
    [acknowledgement && `acknowledged by ${acknowledgement.by}`, reason, outputsUri]
      .filter(Boolean)
      .join('; '),
  narrow: narrowText,
};

/** A task by the names of the REST API. */
export const taskFields: Record<string, (task: Task) => unknown> = {
  id: (task) => task.databaseId,
  task: (task) => task.task,
  run_id: (task) => task.runId,
  status: (task) => wordOf(task.status),
  started_at: (task) => task.startedAt,
  finished_at: (task) => task.finishedAt,
  duration_ms: (task) => task.durationMs,
  inputs: (task) => task.inputs,
  outputs_uri: (task) => task.outputsUri,
  approval_state: (task) => task.approvalState && wordOf(task.approvalState),
  approver: (task) => task.approver,
  approval_note: (task) => task.approvalNote,
  webhook_notified_at: (task) => task.webhookNotifiedAt,
  webhook_error: (task) => task.webhookError,
  reason: (task) => task.reason,
  acknowledged_at: (task) => task.acknowledgement?.at ?? null,
  acknowledged_by: (task) => task.acknowledgement?.by ?? null,
  acknowledgement_note: (task) => task.acknowledgement?.note ?? null,
};

/** The columns of tasks in the question about them, which shows what each asks for below. */
export const askedColumns: readonly Column<Task>[] = [
  { head: 'ID', show: ({ databaseId }) => String(databaseId) },
  { head: 'TASK', show: ({ task }) => task, narrow: narrowName },
  { head: 'RUN', show: ({ runId }) => runId, narrow: narrowName },
  { head: 'STARTED', show: ({ startedAt }) => showTime(startedAt), narrow: narrowTime },
];

/** How the tasks of one run are printed; the day of its start stands above them. */
export function runTaskPrinter(stream: Terminal, run: Run, tasks: readonly Task[]): Printer<Task> {
  const all = taskPrinter(stream, 'This run has no tasks.');
  const days = new Set([run, ...tasks].flatMap(({ startedAt }) => startedAt?.slice(0, 10) ?? []));
  const columns = all.columns.filter(({ head }) => head !== 'RUN');
  if (days.size > 1) return { ...all, columns };
  return {
    ...all,
    columns: columns.map((one) => (one.head === 'STARTED' ? { ...one, narrow: narrowClock } : one)),
  };
}

/** How runs are printed. */
export function runPrinter(empty: string): Printer<Run> {
  return {
    empty,
    columns: [
      { head: 'RUN', show: ({ runId }) => runId },
      { head: 'STARTED', show: ({ startedAt }) => showTime(startedAt), narrow: narrowTime },
      { head: 'TOOK', show: showLength, narrow: narrowDetail },
      { head: 'TASKS', show: ({ counts }) => String(counts.total), narrow: narrowDetail },
      { head: 'OUTCOME', show: describeCounts, narrow: narrowWrapped },
    ],
    fields: runFields,
  };
}

/** Says how many tasks a run has of each status that it has any of. */
export function describeCounts({ counts }: Run): string {
  return countedStatuses
    .map((status) => taskStatusFacts[status])
    .filter(({ count }) => counts[count] > 0)
    .map(({ count, label }) => `${counts[count]} ${label}`)
    .join(', ');
}

/** Writes how long something took; nothing while that is not known. */
export function showLength({ durationMs }: { durationMs: number | null }): string {
  return durationMs === null ? '' : formatDuration(durationMs);
}

/** Colours a status, on a terminal. */
export function paintStatus(status: TaskStatus, stream: Terminal): string {
  const { label, colour } = taskStatusFacts[status];
  return colour === null ? label : paint(colour, label, stream);
}

/** A run by the names of the REST API. */
export const runFields: Record<string, (run: Run) => unknown> = {
  run_id: (run) => run.runId,
  plan: (run) => run.plan,
  project: (run) => run.project,
  started_at: (run) => run.startedAt,
  finished_at: (run) => run.finishedAt,
  duration_ms: (run) => run.durationMs,
  ...Object.fromEntries(
    countedStatuses.map((status) => [status, (run: Run) => run.counts[taskStatusFacts[status].count]]),
  ),
  total: (run) => run.counts.total,
};
