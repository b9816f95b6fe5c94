import { createTask } from 'node-cron';
import type { Plan } from '../plan/schema.ts';

/** Tells when a plan would start next; null when it has no schedule. */
export function nextRunOf({ schedule, timezone, name }: Plan): Date | null {
  if (schedule === undefined) return null;
  const task = createTask(schedule, () => undefined, { name, timezone });
  try {
    void task.start();
    return task.getNextRun();
  } finally {
    void task.destroy();
  }
}
