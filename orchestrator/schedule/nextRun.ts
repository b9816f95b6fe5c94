import { createTask, type ScheduledTask } from 'node-cron';
import type { Plan } from './plan/schema.ts';

/** A plan that starts by itself. */
export interface Schedule {
  /** When it starts next; null when it never will. */
  next(): Date | null;
  /** No further start; resolves when a run that is under way has ended. */
  stop(): Promise<void>;
}

/** What a schedule tells of starts that did not happen. */
export interface ScheduleEvents {
  onOverlap(): void;
  onMissed(at: Date): void;
}

/** Starts a plan whenever its schedule says; a start that comes while a run is under way is left out and told. */
export function schedulePlan(plan: Plan, start: () => Promise<void>, events: ScheduleEvents): Schedule {
  if (plan.schedule === undefined) return { next: () => null, stop: async () => {} };
  let running: Promise<void> = Promise.resolve();
  const task = cronOf(plan, () => {
    running = start();
    return running;
  });
  task.on('execution:overlap', () => events.onOverlap());
  task.on('execution:missed', ({ date }) => events.onMissed(date));
  void task.start();
  return {
    next: () => task.getNextRun(),
    async stop() {
      await task.destroy();
      await running;
    },
  };
}

/** Tells when a plan would start next; null when it has no schedule. */
export function nextRunOf(plan: Plan): Date | null {
  if (plan.schedule === undefined) return null;
  const task = cronOf(plan, () => undefined);
  try {
    void task.start();
    return task.getNextRun();
  } finally {
    void task.destroy();
  }
}

function cronOf({ schedule = '', timezone, name }: Plan, work: () => unknown): ScheduledTask {
  return createTask(schedule, work, {
    name,
    timezone,
    noOverlap: true,
    missedExecutionTolerance: latestMs,
    logger: quiet,
  });
}

// A start that a busy computer let slip by a little still happens; one that is an hour old is told as missed.
const latestMs = 3_600_000;

// What it would say is told through the events.
const quiet = { info() {}, warn() {}, error() {}, debug() {} };
