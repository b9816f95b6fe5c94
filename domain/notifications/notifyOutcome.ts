import type { OutcomeFacts } from '../../contract/notifications/facts.ts';
import type { TaskStatus } from '../../contract/words/taskStatus.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { notify } from './notify.ts';
import type { Outbox } from './outbox.ts';

/**
 * Tells every channel, in the transaction of the change, what became of a task without anybody: that its approval expired,
 * or that what its approval was to bring about was given up.
 */
export async function notifyOutcome(
  tx: Queryable,
  outbox: Outbox | undefined,
  kind: 'approval_expired' | 'pull_action_failed',
  { taskId, what }: Pick<OutcomeFacts, 'taskId' | 'what'>,
): Promise<void> {
  if (outbox === undefined) return;
  const [found] = await tx.query(outcomeToTell(taskId));
  if (found === undefined) return;
  const payload: OutcomeFacts = { ...found, what };
  await notify({ ...outbox, tx }, { kind, payload, taskId, runId: found.runId });
}

const outcomeToTell = statement({
  name: 'outcome_to_tell',
  text: `SELECT tasks.id AS "taskId", tasks.task, tasks.run_id AS "runId", tasks.status, plans.name AS plan,
        nullif(plans.project, '') AS project
      FROM agents_tasks tasks JOIN runs USING (run_id) LEFT JOIN plans ON plans.hash = runs.plan_hash WHERE tasks.id = $1`,
  row: {
    taskId: col.int,
    task: col.text,
    runId: col.text,
    status: col.word<TaskStatus>(),
    plan: col.text.orNull,
    project: col.text.orNull,
  },
});
