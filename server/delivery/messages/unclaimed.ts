import { planLabel } from '../../../contract/projectName.ts';
import type { UnclaimedFacts } from '../../../domain/engine/unclaimed.ts';
import type { ClaimedDelivery } from '../../../domain/notify/take.ts';
import type { Message } from './message.ts';

/** Writes that no worker asks for tasks of a run, and why: `Task train waits for a worker`. */
export function unclaimedMessage({ payload, kind }: ClaimedDelivery): Message {
  const facts = payload as UnclaimedFacts;
  const { runId, plan, project, tasks, total, failsAt } = facts;
  const lines = tasks.map(({ taskId, task, reason }) => ['Task', `${taskId} ${task}: ${reason}`] as const);
  const more = total > tasks.length ? [['…', `and ${total - tasks.length} more`] as const] : [];
  const [first] = tasks;
  const one = total === 1 && first ? { task: first.task } : {};
  return {
    title: titleOf(facts),
    text: describeUnclaimed(facts),
    facts: [
      ...lines,
      ...more,
      ['Run', runId],
      ['Plan', planLabel({ project, name: plan })],
      ['Fails', `${failsAt.slice(0, 16).replace('T', ' ')} UTC, unless a worker asks for it`],
    ],
    links: [],
    excerpt: null,
    email: { run_id: runId, ...one, status: 'queued', reason: first?.reason ?? null, total, kind },
    type: kind.replace('_', '.'),
    data: {
      ...{ run_id: runId, plan, project: project || null, total, fails_at: failsAt },
      tasks: tasks.map(({ taskId, task, reason }) => ({ task_id: taskId, task, reason })),
    },
  };
}

/** Says in one line that no worker asks for tasks of a run, and why. */
export function describeUnclaimed(facts: UnclaimedFacts): string {
  return `${titleOf(facts)}: ${facts.tasks[0]?.reason ?? `see run ${facts.runId}`}`;
}

function titleOf({ tasks: [first], total, runId }: UnclaimedFacts): string {
  return total === 1 && first
    ? `Task ${first.task} of ${runId} waits for a worker`
    : `${total} tasks of ${runId} wait for a worker`;
}
