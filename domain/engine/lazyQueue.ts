import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../prisma/database/database.ts';
import { DatabaseUnavailableError } from '../../prisma/database/errors.ts';
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
      started ??= startPatiently(db, onError).catch((error: unknown) => {
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

const maxTries = 10;

/** Several replicas may make the engine's tables at once on a new database: those that come second look again. */
async function startPatiently(db: Database, onError: (error: Error) => void): Promise<TaskQueue> {
  for (let tries = 1; ; tries++) {
    try {
      return await startQueue(db, onError);
    } catch (error) {
      if (tries === maxTries || error instanceof DatabaseUnavailableError) throw error;
      await wait(50 * tries * (1 + Math.random()));
    }
  }
}
