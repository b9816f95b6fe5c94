import type { Client, Task } from '../../client/index.ts';
import type { Reporter, TaskReport } from '../journal/reporter.ts';
import type { AwaitingTask, Channel } from './channels.ts';
import { notifyChannels } from './notify.ts';

/** Tells the configured channels of tasks that await approval, and records what came of it. */
export interface Notifier {
  /** Tells of a task whose state is stored already. */
  tell(task: AwaitingTask, report: TaskReport): Promise<void>;
  /** Tells again of tasks of other runs that nobody was told of. */
  remind(exceptRunId: string): Promise<void>;
}

export interface NotifierSetting {
  client: Client;
  reporter: Reporter;
  channels: readonly Channel[];
  signal: AbortSignal;
  note(level: 'info' | 'warn', text: string): void;
}

/** Makes a notifier; without channels it says so and sends nothing. */
export function createNotifier({ client, reporter, channels, signal, note }: NotifierSetting): Notifier {
  async function send(task: AwaitingTask, earlierError: string | null, update: TaskReport['update']) {
    const notified = await notifyChannels(channels, task, earlierError, signal);
    update(notified, true);
    const names = channels.map(({ name }) => name).join(' and ');
    if (notified.webhookError === null)
      return note('info', `${names} told that ${task.task} awaits approval`);
    note(
      'warn',
      `not all were told that ${task.task} awaits approval (${notified.webhookError}); the next run tries again`,
    );
  }

  return {
    async tell(task, report) {
      if (channels.length > 0) return send(task, null, report.update);
      note(
        'info',
        `${task.task} awaits approval; nobody is told, because neither SLACK_WEBHOOK nor EMAIL_WEBHOOK is set`,
      );
    },
    async remind(exceptRunId) {
      if (channels.length === 0) return;
      for await (const task of client.walkTasks({ status: ['AWAITING_APPROVAL'] }, { signal })) {
        if (task.runId === exceptRunId || !isForgotten(task)) continue;
        const whole = await client.task({ id: task.id }, { signal });
        if (whole === null || whole.webhookNotifiedAt !== null || whole.status !== 'AWAITING_APPROVAL')
          continue;
        await send(whole, whole.webhookError, (changes) => void reporter.adopt(reportOf(whole, changes)));
      }
    },
  };
}

/** Nobody was told of it: the last try failed, or it is old enough that no run can be about to. */
function isForgotten({ webhookNotifiedAt, webhookError, finishedAt, createdAt }: Task): boolean {
  if (webhookNotifiedAt !== null) return false;
  return webhookError !== null || Date.parse(finishedAt ?? createdAt) < Date.now() - 10 * 60_000;
}

function reportOf(
  task: Task,
  changes: Parameters<TaskReport['update']>[0],
): Parameters<Reporter['adopt']>[0] {
  return {
    ...{ key: `notified/${task.id}`, runId: task.runId, task: task.task, taskId: task.id },
    ...{ command: null, create: null, changes, started: true, closed: true },
  };
}
