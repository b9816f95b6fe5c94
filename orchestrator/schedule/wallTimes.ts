import { createTask, parse } from 'node-cron';

const dayMs = 86_400_000;

/** The times of day at which a cron expression is due, written as if they were in UTC, where no clock changes. */
export interface WallTimes {
  /** Whether it is due in every hour of its days, so that it means a pace and no time of day. */
  isHourly: boolean;
  /** Lists those from one moment to another, both included, in their order or from the last. */
  between(from: number, to: number, order: 'forwards' | 'backwards'): Generator<number>;
}

/** Reads a cron expression of five fields, or six with seconds. */
export function wallTimesOf(schedule: string): WallTimes {
  const { hour, minute, second } = parse(schedule);
  const [hours, minutes, seconds] = [hour, minute, second].map((values) => values.toSorted((a, b) => a - b));
  if (hours === undefined || minutes === undefined || seconds === undefined) throw new Error(schedule);
  const first = ((hours[0] ?? 0) * 3600 + (minutes[0] ?? 0) * 60 + (seconds[0] ?? 0)) * 1000;
  const isDay = (day: number): boolean => {
    const cron = createTask(schedule, () => undefined, { timezone: 'UTC' });
    const matches = cron.match(new Date(day + first));
    void cron.destroy();
    return matches;
  };
  return {
    isHourly: hours.length === 24,
    *between(from, to, order) {
      const within = (values: readonly number[], base: number, unit: number) => {
        const inside = values
          .map((value) => base + value * unit)
          .filter((at) => at + unit > from && at <= to);
        return order === 'forwards' ? inside : inside.reverse();
      };
      const [firstDay, lastDay] = [Math.floor(from / dayMs), Math.floor(to / dayMs)];
      for (let count = 0; count <= lastDay - firstDay; count++) {
        const day = (order === 'forwards' ? firstDay + count : lastDay - count) * dayMs;
        if (!isDay(day)) continue;
        for (const hourAt of within(hours, day, 3_600_000)) {
          for (const minuteAt of within(minutes, hourAt, 60_000)) {
            yield* within(seconds, minuteAt, 1000);
          }
        }
      }
    },
  };
}
