import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import type { OutcomeFacts } from '../../contract/notifications/facts.ts';
import { planLabel } from '../../contract/projectName.ts';
import { isWebLink } from '../../contract/urls/webLink.ts';
import type { MessageContent } from './message.ts';
import { howToLook, type Pages, pageFields, pageLinks } from './pages.ts';

/** Writes what happened to a task without a person: its approval expired, or its pull request could not be merged or labelled. */
export function outcomeMessage(
  { kind, payload, outputsUri }: ClaimedDelivery,
  _approvalUrl: string | undefined,
  pages: Pages,
): MessageContent {
  const { taskId, task, runId, plan, project, status, what } = payload as OutcomeFacts;
  const title = `Task ${task}: ${titles[kind] ?? what}`;
  const about = { taskId, isApproval: true, runId };
  const rows: [string, string][] = [
    ['Task', `${taskId} ${task}`],
    ['Run', runId],
    ['Plan', plan === null ? '' : planLabel({ project, name: plan })],
    ['What happened', what],
  ];
  const link = outputsUri !== null && isWebLink(outputsUri) ? outputsUri : undefined;
  return {
    title,
    text: `Task ${task}: ${what}`,
    facts: [...rows.filter(([, value]) => value !== ''), ...howToLook(pages, about)],
    links: [...(link === undefined ? [] : [{ label: 'Output', url: link }]), ...pageLinks(pages, about)],
    excerpt: null,
    email: {
      run_id: runId,
      task,
      status,
      outputs_uri: outputsUri,
      reason: what,
      kind,
      ...pageFields(pages, about),
    },
    data: {
      task_id: taskId,
      task,
      run_id: runId,
      plan,
      project,
      status,
      reason: what,
      outputs_uri: outputsUri,
      ...pageFields(pages, about),
    },
  };
}

const titles: Partial<Record<ClaimedDelivery['kind'], string>> = {
  approval_expired: 'nobody decided in time',
  pull_action_failed: 'its pull request could not be merged or labelled',
};
