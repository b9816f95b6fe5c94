import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { AttemptSource } from '../plans/ownRepository.ts';
import { lastSweepSql } from './recordSweep.ts';
import { lostBeforeSql, triesSql } from './tries.ts';

/** An attempt as its end finds it. */
export interface OpenAttempt extends AttemptSource {
  taskId: number;
  /** The index of its step in the plan. */
  step: number;
  startedAt: string;
  /** Which try it is since the task was last retried by hand, from 1. */
  tries: number;
  /** Whether one of the tries before it was lost. */
  lostBefore: boolean;
  over: boolean;
  lapsed: boolean;
  /** Whether it had lapsed at the last look, so that its worker really could be heard and was not. */
  lost: boolean;
  reportHash: string | null;
  status: TaskStatus;
  /** Whether it needs nothing; not so where something that it needs is made again since it began. */
  isReady: boolean;
}

/** Locks the attempt of a lease and its task. */
export async function lockAttempt(tx: Queryable, leaseId: string): Promise<OpenAttempt | undefined> {
  const [attempt] = await tx.query(lockAttemptSql(leaseId));
  return attempt;
}

const lockAttemptSql = statement({
  name: 'lock_attempt',
  text: `SELECT tasks.id AS "taskId", tasks.step, tasks.status, ${triesSql('attempt.number', 'tasks')} AS tries,
        ${lostBeforeSql('attempt.number', 'tasks')} AS "lostBefore",
        attempt.finished_at IS NOT NULL AS over, attempt.lease_expires_at <= clock_timestamp() AS lapsed,
        attempt.lease_expires_at <= ${lastSweepSql} AS lost, attempt.report_hash AS "reportHash", attempt.started_at AS "startedAt",
        attempt.origin, attempt.repo, tasks.ready_at IS NOT NULL AS "isReady"
      FROM task_attempts attempt JOIN agents_tasks tasks ON tasks.id = attempt.task_id
      WHERE attempt.lease_id = $1 FOR UPDATE OF attempt, tasks`,
  row: {
    taskId: col.int,
    step: col.int.sure,
    status: col.word<TaskStatus>(),
    tries: col.int,
    lostBefore: col.bool,
    over: col.bool,
    lapsed: col.bool,
    lost: col.bool,
    reportHash: col.text.orNull,
    startedAt: col.time,
    origin: col.text.orNull,
    repo: col.text.orNull,
    isReady: col.bool,
  },
});
