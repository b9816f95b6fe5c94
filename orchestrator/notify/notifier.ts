import { type Client, type Task, taskOf } from '../../client/index.ts';
import type { OrchestratorConfig } from '../config.ts';
import type { WorkerEvent } from '../worker/events.ts';
import { type AwaitingTask, type Channel, channelsOf } from './channels.ts';
import { notifyChannels } from './notify.ts';

/**
 * Tells the configured channels of tasks that await approval, and records what came of it; leaves it to a server that
 * tells its own. Never throws.
 */
export interface Notifier {
  /** Tells of a reported task that the server has as awaiting approval. */
  tell(reported: Pick<Reported, 'task' | 'lease'>, logExcerpt: string | null): Promise<void>;
  /** Tells again of tasks of other runs that nobody was told of. */
  remind(exceptRunId: string | null): Promise<void>;
}

type Reported = Extract<WorkerEvent, { type: 'reported' }>;

/** What a notifier works with. */
export interface NotifierSetting {
  client: Pick<Client, 'walkTasks' | 'task' | 'updateTask'>;
  config: Pick<OrchestratorConfig, 'slackWebhook' | 'emailWebhook' | 'publicUrl'>;
  signal: AbortSignal;
  note(level: 'info' | 'warn', text: string): void;
}

const nobodyIsTold =
  'nobody is notified, since no channel is set. Set SLACK_WEBHOOK or EMAIL_WEBHOOK here, or on the server one of these, SMTP_URL with NOTIFY_EMAILS, or NOTIFY_WEBHOOK_URL';

/** Says what to set where a worker may send notifications and nobody has said where their links lead. */
export function warnOfLinks(config: NotifierSetting['config']): string | undefined {
  if (config.publicUrl !== undefined || channelsOf(config).length === 0) return undefined;
  return 'PUBLIC_URL is not set: notifications that this worker sends lead to no page of their task. Set PUBLIC_URL to the URL at which people reach the server, such as https://nightshift.example.org';
}

/** Makes a notifier; without channels it says so and sends nothing. */
export function createNotifier({ client, config, signal, note }: NotifierSetting): Notifier {
  const channels = channelsOf({ ...config, pageBase: config.publicUrl });
  let saidSo = false;

  async function send(
    task: AwaitingTask & { id: string },
    earlierError: string | null,
    leaseId?: string,
  ): Promise<void> {
    const notified = await notifyChannels(channels, task, earlierError, signal);
    note(...describe(task, channels, notified.webhookError));
    await client.updateTask({ id: task.id, ...(leaseId && { leaseId }), ...notified }).then(taskOf);
  }

  async function remind(exceptRunId: string | null): Promise<void> {
    for await (const task of client.walkTasks({ status: ['AWAITING_APPROVAL'] }, { signal })) {
      if (task.runId === exceptRunId || !isForgotten(task)) continue;
      const whole = await client.task({ id: task.id }, { signal });
      if (whole?.serverNotifies) return;
      if (whole === null || whole.webhookNotifiedAt !== null || whole.status !== 'AWAITING_APPROVAL')
        continue;
      await send(whole, whole.webhookError);
    }
  }

  const guarded = async (work: Promise<void>, what: string): Promise<void> => {
    await work.catch((error: Error) => {
      if (!signal.aborted) note('warn', `${what}: ${error.message}`);
    });
  };

  return {
    async tell({ task, lease }, logExcerpt) {
      if (task.serverNotifies)
        return note('info', `${task.task} awaits approval; the server tells its channels`);
      if (channels.length === 0) {
        if (!saidSo) note('info', `${task.task} awaits approval; ${nobodyIsTold}`);
        saidSo = true;
        return;
      }
      const { task: name } = task;
      await guarded(
        send({ ...task, logExcerpt }, null, lease.leaseId),
        `It could not be recorded who was told of ${name}`,
      );
    },
    async remind(exceptRunId) {
      if (channels.length === 0) return;
      await guarded(remind(exceptRunId), 'Tasks that nobody was told of could not be read');
    },
  };
}

/** Nobody was told of it: the last try failed, or it is old enough that no run can be about to. */
function isForgotten({ webhookNotifiedAt, webhookError, finishedAt, createdAt }: Task): boolean {
  if (webhookNotifiedAt !== null) return false;
  return webhookError !== null || Date.parse(finishedAt ?? createdAt) < Date.now() - 10 * 60_000;
}

function describe(
  { task }: AwaitingTask,
  channels: readonly Channel[],
  error: string | null,
): ['info' | 'warn', string] {
  const names = channels.map(({ name }) => name).join(' and ');
  if (error === null) return ['info', `${names} told that ${task} awaits approval`];
  return ['warn', `not all were told that ${task} awaits approval (${error}); the next run tries again`];
}
