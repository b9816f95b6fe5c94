import type { Choice } from '../../contract/outcome/chooseOutput.ts';
import type { Verdict } from '../../contract/outcome/judgeAttempt.ts';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { selectTask, type Task, taskRow } from '../tasks/task.ts';

import type { AttemptReport } from './attemptReport.ts';

const endAttemptSql = `UPDATE task_attempts SET finished_at = now(), ended_by = $2, exit_code = $3, signal = $4,
    duration_ms = $5::int, outputs_uri = $6::text, log_excerpt = $7::text, report_hash = $8 WHERE lease_id = $1`;

const endTaskSql = `UPDATE agents_tasks SET status = $10::text, reason = $11::text, duration_ms = $5::int,
    outputs = coalesce($12, outputs), outputs_uri = coalesce($6::text, outputs_uri),
    log_excerpt = coalesce($7::text, log_excerpt, '[nightshift] ' || $11::text),
    finished_at = CASE WHEN $10::text = 'queued' THEN NULL ELSE now() END,
    approval_state = CASE WHEN $10::text = 'awaiting_approval' THEN 'pending' ELSE approval_state END
  WHERE id = $9 RETURNING ${selectTask}`;

/** Writes down how an attempt ended. */
export async function recordEnd(
  tx: Queryable,
  leaseId: string,
  report: AttemptReport | 'lost',
  hash: string | null,
  choice: Choice,
): Promise<void> {
  await tx.query(endAttempt(...valuesOf(leaseId, report, hash, choice)));
}

const endAttempt = statement({ name: 'end_attempt', text: endAttemptSql });

/** Writes down how an attempt ended and moves its task as was judged, with one statement; gives the task. */
export async function recordEndAndMove(
  tx: Queryable,
  leaseId: string,
  taskId: number,
  {
    report,
    hash,
    verdict,
    choice,
  }: { report: AttemptReport | 'lost'; hash: string | null; verdict: Verdict; choice: Choice },
): Promise<Task | undefined> {
  const outputs = report === 'lost' ? null : JSON.stringify(report.outputs);
  const [task] = await tx.query(
    endAttemptAndTask(
      ...valuesOf(leaseId, report, hash, choice),
      taskId,
      verdict.status,
      verdict.reason,
      outputs,
    ),
  );
  return task;
}

const endAttemptAndTask = statement({
  name: 'end_attempt_and_task',
  text: `WITH ended AS (${endAttemptSql}) ${endTaskSql}`,
  row: taskRow,
});

function valuesOf(
  leaseId: string,
  report: AttemptReport | 'lost',
  hash: string | null,
  choice: Choice,
): unknown[] {
  const told = report === 'lost' ? undefined : report;
  return [
    leaseId,
    told?.ending ?? 'lost',
    told?.exitCode,
    told?.signal,
    told?.durationMs,
    choice.outputsUri,
    told?.logExcerpt,
    hash,
  ];
}
