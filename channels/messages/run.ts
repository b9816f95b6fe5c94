import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import type { RunFacts } from '../../contract/notifications/facts.ts';
import { planLabel } from '../../contract/projectName.ts';
import { isWebLink } from '../../contract/urls/webLink.ts';
import type { Fact, MessageContent } from './message.ts';
import { howToLook, type Pages, pageFields, pageLinks, pageUrls } from './pages.ts';

/** Writes the outcome of a run: `nightly-2025-01-15: 5 ok, 1 failed, 2 need your approval`. */
export function runMessage(
  { payload, kind }: ClaimedDelivery,
  _approvalUrl: string | undefined,
  pages: Pages,
): MessageContent {
  const { runId, plan, project, counts, failed, awaiting } = payload as RunFacts;
  const about = { runId };
  const title = describeRun({ runId, counts });
  const made = awaiting.flatMap(({ task, outputsUri }) =>
    outputsUri !== null && isWebLink(outputsUri) ? [{ label: `Output of ${task}`, url: outputsUri }] : [],
  );
  const line = (name: string, taskId: number, text: string, isApproval = false): Fact => {
    const { task_url: task, card_url: card } = pageUrls(pages, { taskId, isApproval });
    return [name, `${taskId} ${text}`, { url: card ?? task }];
  };
  return {
    title,
    text: title,
    facts: [
      ['Plan', planLabel({ project, name: plan })],
      ...failed.map(({ taskId, task, reason }) =>
        line('Failed', taskId, `${task}${reason ? `: ${reason}` : ''}`),
      ),
      ...rest('Failed', counts.failed, failed),
      ...awaiting.map(({ taskId, task }) => line('Needs your approval', taskId, task, true)),
      ...rest('Needs your approval', counts.awaiting_approval, awaiting),
      ...howToLook(pages, about),
    ],
    links: [...pageLinks(pages, about), ...made],
    excerpt: null,
    email: { run_id: runId, status: 'ended', counts, kind, ...pageFields(pages, about) },
    data: {
      run_id: runId,
      plan,
      project: project || null,
      counts,
      ...pageFields(pages, about),
      failed: failed.map(({ taskId, ...rest }) => ({ task_id: taskId, ...rest })),
      awaiting: awaiting.map(({ taskId, task, outputsUri }) => ({
        task_id: taskId,
        task,
        outputs_uri: outputsUri,
      })),
    },
  };
}

/** Says how many there are beside those that are listed. */
function rest(name: string, total = 0, listed: readonly unknown[]): Fact[] {
  const more = total - listed.length;
  return more > 0 ? [[name, `and ${more} more`, { stands: more }]] : [];
}

/** Says in one line how a run ended. */
export function describeRun({ runId, counts }: Pick<RunFacts, 'runId' | 'counts'>): string {
  const parts = [
    [counts.succeeded, 'ok'],
    [counts.failed, 'failed'],
    [counts.awaiting_approval, counts.awaiting_approval === 1 ? 'needs your approval' : 'need your approval'],
    [counts.skipped, 'skipped'],
    [counts.queued, 'waiting'],
  ] as const;
  return `${runId}: ${parts.flatMap(([count, word]) => (count ? [`${count} ${word}`] : [])).join(', ')}`;
}
