import type { Approval } from '../../client/index.ts';
import { decidedAbout } from '../../contract/decidedAbout.ts';
import { slackText } from '../../contract/text/slackText.ts';

/** What a notification is about. */
export interface AwaitingTask {
  /** The number of the task; left out where nobody knows it. */
  databaseId?: number;
  runId: string;
  task: string;
  outputsUri: string | null;
  logExcerpt: string | null;
  inputs?: unknown;
  /** Its approval, where that is known: a gate is about what is to run. */
  approval?: Pick<Approval, 'kind'> | null;
}

/** One place that is told of tasks awaiting approval. */
export interface Channel {
  name: 'slack' | 'email';
  url: string;
  /** The JSON body, as the receivers of the older system know it. */
  payload(task: AwaitingTask): object;
}

/** Lists the channels that are configured; `pageBase` is where people reach the server, where that is known. */
export function channelsOf(config: {
  slackWebhook?: string | undefined;
  emailWebhook?: string | undefined;
  pageBase?: string | undefined;
}): Channel[] {
  const { slackWebhook, emailWebhook, pageBase } = config;
  const pageOf = ({ databaseId }: AwaitingTask) =>
    pageBase === undefined || databaseId === undefined ? undefined : `${pageBase}/tasks/${databaseId}`;
  const slack: Channel[] = slackWebhook
    ? [{ name: 'slack', url: slackWebhook, payload: (task) => slackPayload(task, pageOf(task)) }]
    : [];
  const email: Channel[] = emailWebhook
    ? [{ name: 'email', url: emailWebhook, payload: (task) => emailPayload(task, pageOf(task)) }]
    : [];
  return [...slack, ...email];
}

function slackPayload(awaiting: AwaitingTask, page: string | undefined): object {
  const { task, runId } = awaiting;
  const when = isGate(awaiting) ? ', before it runs' : '';
  const about = decidedAbout({ ...awaiting, isGate: isGate(awaiting) })?.text ?? `no link, see run ${runId}`;
  const text = slackText(`Task ${task} awaiting approval${when}: ${about}`);
  if (page === undefined) return { text };
  // Who shows blocks shows nothing of the text.
  const shown = `${text}\n<${page}|Task>`;
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text: shown } }] };
}

function emailPayload(awaiting: AwaitingTask, page: string | undefined): object {
  const { runId, task, outputsUri, logExcerpt } = awaiting;
  const runs = isGate(awaiting) ? decidedAbout({ ...awaiting, isGate: true }) : null;
  return {
    run_id: runId,
    task,
    status: 'awaiting_approval',
    outputs_uri: outputsUri,
    log_excerpt: logExcerpt,
    ...(page === undefined ? {} : { task_url: page }),
    ...(isGate(awaiting) ? { approval_kind: 'gate' } : {}),
    ...(runs === null ? {} : { [runs.label.toLowerCase()]: runs.text }),
  };
}

function isGate({ approval }: AwaitingTask): boolean {
  return approval?.kind === 'GATE';
}
