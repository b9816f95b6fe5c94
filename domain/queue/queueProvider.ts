import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../database/database.ts';
import { DatabaseUnavailableError } from '../../database/errors.ts';
import { startQueue, type TaskQueue } from './queue.ts';

/** The queue of a process, started by whoever needs it first; a start that failed is tried again by the next. */
export interface LazyQueue {
  get(): Promise<TaskQueue>;
  /** Stops it, if it ever started. */
  stop(): Promise<void>;
}

/** Makes the queue of a database without starting it; `always` names queues that are there from its start. */
export function queueProvider(
  db: Database,
  onError: (error: Error) => void,
  always: readonly string[] = [],
): LazyQueue {
  let started: Promise<TaskQueue> | undefined;
  return {
    get() {
      started ??= startPatiently(db, onError, always).catch((error: unknown) => {
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
async function startPatiently(
  db: Database,
  onError: (error: Error) => void,
  always: readonly string[],
): Promise<TaskQueue> {
  for (let tries = 1; ; tries++) {
    try {
      return await startWith(db, onError, always);
    } catch (error) {
      if (tries === maxTries || error instanceof DatabaseUnavailableError) throw error;
      await wait(50 * tries * (1 + Math.random()));
    }
  }
}

async function startWith(
  db: Database,
  onError: (error: Error) => void,
  always: readonly string[],
): Promise<TaskQueue> {
  const queue = await startQueue(db, onError);
  try {
    await queue.ensure(always);
    return queue;
  } catch (error) {
    await queue.stop();
    throw error;
  }
}
