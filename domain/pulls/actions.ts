import type { PullActionState } from '../../contract/words/pulls.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { mayStartSql } from '../freeze/mayStart.ts';
import { notifyOutcome } from '../notifications/notifyOutcome.ts';
import { openOutbox } from '../notifications/outbox.ts';
import { newDeliveries } from '../queue/deliveryQueues.ts';
import { retryPauseAfter } from '../queue/retryPauses.ts';
import type { Store } from '../store.ts';

/** What an approval does to its pull request: `merge`, or `label:` and a name. */
export interface OwedAction {
  approvalId: number;
  taskId: number;
  action: string;
  host: string;
  owner: string;
  repo: string;
  number: number;
  /** The commit that was approved, if it is known. */
  headSha: string | null;
  /** Which try this is, from 1. */
  tries: number;
}

/** So many are taken at once. */
export const actionsTogether = 2;

/**
 * Takes owed actions whose time has come, for two minutes, so that no other process does them: longer than a try can
 * take. None while the server is frozen. Who took one and is gone costs it no try.
 */
export async function takeActions(db: Queryable): Promise<OwedAction[]> {
  return db.query(takePullActions());
}

const takePullActions = statement({
  name: 'take_pull_actions',
  text: `UPDATE approvals SET pull_action_at = clock_timestamp() + interval '2 minutes'
      WHERE id IN (SELECT id FROM approvals WHERE pull_action_state = 'owed' AND pull_action_at <= clock_timestamp() AND (SELECT ${mayStartSql})
        ORDER BY pull_action_at LIMIT ${actionsTogether} FOR UPDATE SKIP LOCKED)
      RETURNING id AS "approvalId", task_id AS "taskId", pull_action AS action, pull_host AS host, pull_owner AS owner,
        pull_repo AS repo, pull_number AS number, pull_head AS "headSha", pull_action_tries + 1 AS tries`,
  row: {
    approvalId: col.int,
    taskId: col.int,
    action: col.text.sure,
    host: col.text.sure,
    owner: col.text.sure,
    repo: col.text.sure,
    number: col.int.sure,
    headSha: col.text.orNull,
    tries: col.int,
  },
});

/**
 * Writes down what came of an action: done, failed for good, which is told, or owed still with the error of its last try.
 */
export async function settleAction(
  store: Store,
  { approvalId, taskId, tries, action, ...pull }: OwedAction,
  state: PullActionState,
  error: string | null,
): Promise<void> {
  const outbox = state === 'failed' ? await openOutbox(store) : undefined;
  await store.db.transaction(async (tx) => {
    const settled = await tx.query(
      settlePullAction(approvalId, state, error, tries, retryPauseAfter(tries) ?? 0),
    );
    if (settled.length === 0) return;
    const name = `${pull.owner}/${pull.repo}#${pull.number}`;
    const what = `it was approved, but ${name} could not be ${action === 'merge' ? 'merged' : 'labelled'}: ${error}`;
    await notifyOutcome(tx, outbox, 'pull_action_failed', { taskId, what });
  });
  if (outbox) store.work.wake(newDeliveries);
}

const settlePullAction = statement({
  name: 'settle_pull_action',
  text: `UPDATE approvals SET pull_action_state = $2, pull_action_error = $3, pull_action_tries = $4,
          pull_action_at = clock_timestamp() + $5::int * interval '1 second' WHERE id = $1 AND pull_action_state = 'owed' RETURNING 1`,
});

/** Puts an action off that could not be tried. */
export async function deferAction(db: Queryable, { approvalId }: OwedAction, pauseMs: number): Promise<void> {
  await db.query(putOffPullAction(approvalId, Math.ceil(pauseMs)));
}

const putOffPullAction = statement({
  name: 'put_off_pull_action',
  text: `UPDATE approvals SET pull_action_at = clock_timestamp() + $2::bigint * interval '1 ms'
      WHERE id = $1 AND pull_action_state = 'owed'`,
});
