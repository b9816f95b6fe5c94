import { awaitingMessage } from '../../channels/messages/approval.ts';
import { unguarded } from '../../channels/outbound/outbound.ts';
import type { Notice, Sender } from '../../channels/sender.ts';
import { open as openEmailWebhook } from '../../channels/senders/emailWebhook.ts';
import { open as openSlack } from '../../channels/senders/slack.ts';
import type { Approval } from '../../client/index.ts';

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
  /** As the record of a task names it. */
  name: 'slack' | 'email';
  /** Says that a task awaits approval, in the words that the receivers of the older system know. */
  tell: Sender<AwaitingTask>;
}

/** Lists the channels that are configured; `pageBase` is where people reach the server, where that is known. */
export function channelsOf(config: {
  slackWebhook?: string | undefined;
  emailWebhook?: string | undefined;
  pageBase?: string | undefined;
}): Channel[] {
  const { slackWebhook, emailWebhook, pageBase } = config;
  const telling =
    (send: Sender<Notice>): Channel['tell'] =>
    (task, signal) =>
      send({ message: messageOf(task, pageBase) }, signal);
  // Whoever runs the plan names these addresses, so private ones are allowed here; the server's guard refuses them.
  const slack: Channel[] = slackWebhook
    ? [{ name: 'slack', tell: telling(openSlack({ SLACK_WEBHOOK: slackWebhook }, unguarded)) }]
    : [];
  const email: Channel[] = emailWebhook
    ? [{ name: 'email', tell: telling(openEmailWebhook({ EMAIL_WEBHOOK: emailWebhook }, unguarded)) }]
    : [];
  return [...slack, ...email];
}

function messageOf({ databaseId: taskId, approval, ...task }: AwaitingTask, base: string | undefined) {
  const isGate = approval?.kind === 'GATE';
  return awaitingMessage({ ...task, taskId, isGate }, { base, decide: new Map() });
}
