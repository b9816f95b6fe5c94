import { createTask, parse } from 'node-cron';
import { cronFields } from './cronFields.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** The times of day at which a cron expression is due, written as if they were in UTC, where no clock changes. */
export interface WallTimes {
  /** Says whether a time of day is part of a pace such as every 15 minutes or every hour, and no time for its own sake. */
  isPaced(wall: number): boolean;
  /** Lists those from one moment to another, both included, in their order or from the last. */
  between(from: number, to: number, order: 'forwards' | 'backwards'): Generator<number>;
}

/** Reads a cron expression of five fields, or six with seconds. */
export function wallTimesOf(schedule: string): WallTimes {
  const { hour, minute, second } = parse(schedule);
  const [hours, minutes, seconds] = [hour, minute, second].map((values) => values.toSorted((a, b) => a - b));
  if (hours === undefined || minutes === undefined || seconds === undefined) throw new Error(schedule);
  const first = ((hours[0] ?? 0) * 3600 + (minutes[0] ?? 0) * 60 + (seconds[0] ?? 0)) * 1000;
  const alternatives = dayAlternatives(schedule).map(matcherOf);
  const isDay = (day: number) => alternatives.some((matches) => matches(day + first));
  const paced = pacedHours(schedule);
  return {
    isPaced: (wall) => paced.has(Math.floor((wall - Math.floor(wall / dayMs) * dayMs) / hourMs)),
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
        for (const hourAt of within(hours, day, hourMs)) {
          for (const minuteAt of within(minutes, hourAt, 60_000)) {
            yield* within(seconds, minuteAt, 1000);
          }
        }
      }
    },
  };
}

/** Says of times of day whether an expression is due then; its months are looked at first, which costs least. */
function matcherOf(expression: string): (time: number) => boolean {
  const months = new Set(parse(expression).month);
  const cron = createTask(expression, () => undefined, { timezone: 'UTC' });
  void cron.destroy();
  return (time) => {
    const at = new Date(time);
    return months.has(at.getUTCMonth() + 1) && cron.match(at);
  };
}

/** The expressions of which one is enough for a day: as in cron, either day field where both are restricted. */
function dayAlternatives(schedule: string): string[] {
  const { restrictsBothDays, fields } = cronFields(schedule);
  if (!restrictsBothDays) return [schedule];
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = fields;
  const times = [second, minute, hour];
  return [[...times, dayOfMonth, month, '*'].join(' '), [...times, '*', month, dayOfWeek].join(' ')];
}

/**
 * The hours in which a schedule keeps a pace: those of a range or of the whole day, and, where minutes or seconds have a
 * pace, those that follow one another. An hour that stands alone has times of day.
 */
function pacedHours(schedule: string): Set<number> {
  const { second, minute, hour } = cronFields(schedule).fields;
  const hours = new Set(parse(schedule).hour);
  if (hours.size === 24) return hours;
  if ([second, minute].some((field) => /[*/]/.test(field)))
    return new Set([...hours].filter((one) => hours.has((one + 1) % 24) || hours.has((one + 23) % 24)));
  const ranges = hour.split(',').filter((part) => /^\d+-\d+(\/1)?$/.test(part));
  return new Set(
    ranges.map((part) => parse(`0 ${part} * * *`).hour).flatMap((some) => (some.length > 1 ? some : [])),
  );
}
