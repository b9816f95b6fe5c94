import { parse } from 'node-cron';

/** The fields of a cron expression, as they are written. */
export interface CronFields {
  second: string;
  minute: string;
  hour: string;
  dayOfMonth: string;
  month: string;
  dayOfWeek: string;
}

const names = ['second', 'minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const;

/** Reads the fields of a cron expression, five or six or a name such as `@daily`, and which days it restricts. */
export function cronFields(schedule: string) {
  const written = schedule.trim().split(/\s+/);
  // A name stands for what it means: its numbers, and * where they are all.
  const five = written.length < 5 ? fieldsOfName(schedule) : written;
  const six = five.length === 5 ? ['0', ...five] : five;
  const fields = Object.fromEntries(
    names.map((name, index) => [name, six[index] ?? '*']),
  ) as unknown as CronFields;
  const [restrictsDayOfMonth, restrictsDayOfWeek] = [fields.dayOfMonth, fields.dayOfWeek].map(isRestricted);
  return {
    fields,
    restrictsDayOfMonth: restrictsDayOfMonth === true,
    restrictsDayOfWeek: restrictsDayOfWeek === true,
    /** As in cron, either of both is enough then. */
    restrictsBothDays: restrictsDayOfMonth === true && restrictsDayOfWeek === true,
  };
}

/** A field that begins with `*` restricts nothing in cron, a step such as every second day included: it has to fit beside the other one. */
function isRestricted(field: string): boolean {
  return !/^[*?]/.test(field);
}

function fieldsOfName(name: string): string[] {
  const { minute, hour, dayOfMonth, month, dayOfWeek } = parse(name);
  const sizes = [60, 24, 31, 12, 7];
  return [minute, hour, dayOfMonth, month, dayOfWeek].map((values, index) =>
    values.length === sizes[index] ? '*' : values.join(','),
  );
}
