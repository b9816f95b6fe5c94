import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import type { UnclaimedFacts } from '../../contract/notifications/facts.ts';
import { planLabel } from '../../contract/projectName.ts';
import type { Fact, MessageContent } from './message.ts';
import { howToLook, type Pages, pageFields, pageLinks, pageUrls } from './pages.ts';

/** Writes that no worker asks for tasks of a run, and why: `Task train waits for a worker`. */
export function unclaimedMessage(
  { payload, kind }: ClaimedDelivery,
  _approvalUrl: string | undefined,
  pages: Pages,
): MessageContent {
  const facts = payload as UnclaimedFacts;
  const { runId, plan, project, tasks, total, failsAt } = facts;
  const about = { runId };
  const lines = tasks.map(({ taskId, task, reason }): Fact => {
    const { task_url: url } = pageUrls(pages, { taskId });
    return ['Task', `${taskId} ${task}: ${reason}`, { url }];
  });
  const left = total - tasks.length;
  const more: Fact[] = left > 0 ? [['…', `and ${left} more`, { stands: left }]] : [];
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
      ...howToLook(pages, about),
    ],
    links: pageLinks(pages, about),
    excerpt: null,
    email: {
      run_id: runId,
      ...one,
      status: 'queued',
      reason: first?.reason ?? null,
      total,
      kind,
      ...pageFields(pages, about),
    },
    data: {
      run_id: runId,
      plan,
      project: project || null,
      total,
      fails_at: failsAt,
      ...pageFields(pages, about),
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
