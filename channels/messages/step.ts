import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import type { StepFacts } from '../../contract/notifications/facts.ts';
import { planLabel } from '../../contract/projectName.ts';
import { isWebLink } from '../../contract/urls/webLink.ts';
import type { MessageContent } from './message.ts';
import { howToLook, type Pages, pageFields, pageLinks } from './pages.ts';

/** Writes that a step failed, failed again, or succeeded again. */
export function stepMessage(
  delivery: ClaimedDelivery,
  _approvalUrl: string | undefined,
  pages: Pages,
): MessageContent {
  const { kind, outputsUri, logExcerpt } = delivery;
  const { taskId, task, runId, plan, project, status, reason } = delivery.payload as StepFacts;
  const title = describeStep(kind, task);
  const about = { taskId, runId };
  const rows: [string, string][] = [
    ['Task', `${taskId} ${task}`],
    ['Run', runId],
    ['Plan', planLabel({ project, name: plan })],
    ['Reason', reason ?? ''],
  ];
  const link = outputsUri !== null && isWebLink(outputsUri) ? outputsUri : undefined;
  return {
    title,
    text: `${title}: ${reason ?? link ?? `see run ${runId}`}`,
    facts: [...rows.filter(([, value]) => value !== ''), ...howToLook(pages, about)],
    links: [...(link === undefined ? [] : [{ label: 'Output', url: link }]), ...pageLinks(pages, about)],
    excerpt: logExcerpt,
    email: {
      run_id: runId,
      task,
      status,
      outputs_uri: outputsUri,
      log_excerpt: logExcerpt,
      kind,
      ...pageFields(pages, about),
    },
    data: {
      task_id: taskId,
      task,
      run_id: runId,
      plan,
      project: project || null,
      status,
      reason,
      outputs_uri: outputsUri,
      ...pageFields(pages, about),
    },
  };
}

/** Says in a few words what the end of a step is. */
export function describeStep(kind: string, task: string): string {
  if (kind === 'step_recovered') return `Task ${task} succeeded again`;
  return kind === 'step_failed_again' ? `Task ${task} failed again` : `Task ${task} failed`;
}
