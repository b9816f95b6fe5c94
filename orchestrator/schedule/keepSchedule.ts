import { setTimeout as wait } from 'node:timers/promises';
import type { Plan } from '../plan/schema.ts';
import { pollDueTimes, type ScheduleSetting } from './pollDueTimes.ts';

/**
 * Keeps the schedule of a plan until it is stopped: polls for due times at each full minute, or at each full second
 * while the schedule has seconds. The first poll is over when it resolves. The clock is read for each pause, so that
 * one that is put back does not hold it up.
 */
export async function keepSchedule(
  first: Plan | undefined,
  keeping: ScheduleSetting,
): Promise<{ plan(): Plan | undefined; stop(): Promise<void> }> {
  const { now = () => new Date() } = keeping;
  const stopping = new AbortController();
  const { signal } = stopping;
  const { look, plan } = pollDueTimes(first, keeping, signal);
  await look();
  const over = keepLooking();
  return {
    plan,
    async stop() {
      stopping.abort();
      await over;
    },
  };

  async function keepLooking(): Promise<void> {
    while (!signal.aborted) {
      const everyMs = hasSeconds(plan()?.schedule) ? 1000 : 60_000;
      const pauseMs = everyMs - (now().getTime() % everyMs);
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted)
        await look().catch((error: Error) =>
          keeping.log(`Could not check the schedule; retrying: ${error.message}`),
        );
    }
  }
}

function hasSeconds(schedule = ''): boolean {
  return schedule.trim().split(/\s+/).length > 5;
}
