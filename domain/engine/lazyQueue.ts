import type { Database } from '../../prisma/database/database.ts';
import { startQueue, type TaskQueue } from './queue.ts';

/** The queue of a process, started by whoever needs it first; a start that failed is tried again by the next. */
export interface LazyQueue {
  get(): Promise<TaskQueue>;
  /** Stops it, if it ever started. */
  stop(): Promise<void>;
}

/** Makes the queue of a database without starting it. */
export function lazyQueue(db: Database, onError: (error: Error) => void): LazyQueue {
  let started: Promise<TaskQueue> | undefined;
  return {
    get() {
      started ??= startQueue(db, onError).catch((error: unknown) => {
        started = undefined;
        throw error;
      });
      return started;
    },
    async stop() {
      await (await started?.catch(() => undefined))?.stop();
    },
  };
}
