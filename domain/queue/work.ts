import type { Channel } from '../../contract/words/notifications.ts';
import type { Queryable } from '../../database/database.ts';
import type { TaskQueue } from './queue.ts';

/**
 * One transaction and all that changes with it: the rows, the jobs, and what the channels are notified of. It goes from
 * function to function as one value, so that nothing is written beside the transaction.
 */
export interface Work {
  tx: Queryable;
  queue: TaskQueue;
  /** Who is notified; none where the server has no channels. */
  channels: readonly Channel[];
}
