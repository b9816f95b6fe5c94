import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import { lateRemark } from '../tasks/conditions.ts';
import { maxRemarks } from '../tasks/remarks.ts';
import { sourcesOf } from '../tasks/status.ts';
import type { ColumnChanges } from './frozen.ts';

/** What stands before the reason in the line that silence adds to an excerpt. */
export const silenceMark = `'[nightshift] failed: '`;

/** Says whether a late report may say this of a task that silence has failed: what it might say of one that runs. */
export function canBeLate(status: TaskStatus | undefined): status is TaskStatus {
  return status !== undefined && (status === 'running' || sourcesOf(status, 'report').includes('running'));
}

/**
 * What a late report changes beside its own fields: what silence had set is taken back, and a remark keeps on record that
 * silence had failed the task and what its reporter said after it.
 */
export function lateSets(changes: ColumnChanges): string[] {
  const line = `coalesce(E'\\n' || ${silenceMark} || reason, '')`;
  const remark = `'${lateRemark}' || to_char(silent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    || ' (' || coalesce(reason, 'no report') || '); after that its reporter said: ${changes.status}.'`;
  return [
    'silent_at = NULL',
    'reason = NULL',
    `remarks = (ARRAY[${remark}] || remarks)[1:${maxRemarks}]`,
    ...(changes.finishedAt === undefined ? ['finished_at = NULL'] : []),
    ...(changes.logExcerpt === undefined
      ? [
          `log_excerpt = CASE WHEN right(E'\\n' || log_excerpt, length(${line})) = ${line}
            THEN nullif(left(log_excerpt, greatest(0, length(log_excerpt) - length(${line}))), '') ELSE log_excerpt END`,
        ]
      : []),
  ];
}
