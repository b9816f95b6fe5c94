import type { AwaitingTask, Channel } from './channels.ts';
import { type SendLimits, sendPatiently } from './sendPatiently.ts';

/** What came of telling all channels: exactly what the task's record says of it. */
export type Notified = { webhookNotifiedAt: string; webhookError: null } | { webhookError: string };

/**
 * Tells every channel that a task awaits approval. Only when all have accepted it counts as notified; what an earlier
 * try recorded in `webhookError` keeps a channel that was told from being told again.
 */
export async function notifyChannels(
  channels: readonly Channel[],
  task: AwaitingTask,
  earlierError: string | null,
  signal: AbortSignal,
  limits?: SendLimits,
): Promise<Notified> {
  const told = new Set(earlierError?.split('; ').filter((part) => part.endsWith(accepted)));
  const parts = await Promise.all(
    channels.map(async ({ name, tell }) => {
      const done = `${name}: ${accepted}`;
      if (told.has(done)) return { done, failure: null };
      const failure = await sendPatiently((within) => tell(task, within), signal, limits);
      return { done, failure, name };
    }),
  );
  if (parts.every(({ failure }) => failure === null)) {
    return { webhookNotifiedAt: new Date().toISOString(), webhookError: null };
  }
  return {
    webhookError: parts
      .map(({ done, failure, name }) => (failure === null ? done : `${name}: ${failure}`))
      .join('; '),
  };
}

const accepted = 'accepted';
