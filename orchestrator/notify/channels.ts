import { slackText } from '../../contract/slackText.ts';

/** What a notification is about. */
export interface AwaitingTask {
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

/** Lists the channels that are configured. */
export function channelsOf(config: {
  slackWebhook?: string | undefined;
  emailWebhook?: string | undefined;
}): Channel[] {
  const slack: Channel[] = config.slackWebhook
    ? [{ name: 'slack', url: config.slackWebhook, payload: slackPayload }]
    : [];
  const email: Channel[] = config.emailWebhook
    ? [{ name: 'email', url: config.emailWebhook, payload: emailPayload }]
    : [];
  return [...slack, ...email];
}

function slackPayload({ task, runId, outputsUri }: AwaitingTask): object {
  const text = `Task ${task} awaiting approval: ${outputsUri ?? `no link, see run ${runId}`}`;
  return { text: slackText(text) };
}

function emailPayload({ runId, task, outputsUri, logExcerpt }: AwaitingTask): object {
  return {
    run_id: runId,
    task,
    status: 'awaiting_approval',
    outputs_uri: outputsUri,
    log_excerpt: logExcerpt,
  };
}
