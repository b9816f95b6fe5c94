import type { Channel } from '../../contract/words/notifications.ts';
import type { TaskQueue } from '../queue/queue.ts';
import type { Store } from '../store.ts';

/** What notifications are written with. */
export interface Outbox {
  queue: TaskQueue;
  channels: readonly Channel[];
}

/** Gives what notifications of a store are written with, nothing when nobody is told; never within a transaction. */
export async function openOutbox({ channels, queue }: Store): Promise<Outbox | undefined> {
  return channels?.length ? { queue: await queue(), channels } : undefined;
}
