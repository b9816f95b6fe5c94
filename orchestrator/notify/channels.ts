import { slackText } from '../../contract/slackText.ts';

/** What a notification is about. */
export interface AwaitingTask {
  /** The number of the task; left out where nobody knows it. */
  databaseId?: number;
  runId: string;
  task: string;
  outputsUri: string | null;
  logExcerpt: string | null;
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

function slackPayload({ task, runId, outputsUri }: AwaitingTask, page: string | undefined): object {
  const text = slackText(`Task ${task} awaiting approval: ${outputsUri ?? `no link, see run ${runId}`}`);
  if (page === undefined) return { text };
  // Who shows blocks shows nothing of the text.
  const shown = `${text}\n<${page}|Task>`;
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text: shown } }] };
}

function emailPayload(
  { runId, task, outputsUri, logExcerpt }: AwaitingTask,
  page: string | undefined,
): object {
  return {
    run_id: runId,
    task,
    status: 'awaiting_approval',
    outputs_uri: outputsUri,
    log_excerpt: logExcerpt,
    ...(page === undefined ? {} : { task_url: page }),
  };
}
