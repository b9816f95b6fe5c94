import { parse } from 'node-cron';
import { cronFields } from '../../contract/schedule/cronFields.ts';

/** Says in words on which days a schedule is due: `on day 1 of the month or on Mondays`; nothing for every day. */
export function describeDays(schedule: string): string | undefined {
  const { fields, restrictsBothDays } = cronFields(schedule);
  const { dayOfMonth, dayOfWeek, month } = parse(schedule);
  const all = (values: readonly unknown[] = [], size: number) => values.length === size;
  const isDay = (field: string, values: readonly unknown[] | undefined, size: number) =>
    restrictsBothDays || !(/^[*?]$/.test(field) || all(values, size));
  const days = isDay(fields.dayOfMonth, dayOfMonth, 31) ? ofMonth(dayOfMonth ?? []) : undefined;
  const weekdays = isDay(fields.dayOfWeek, dayOfWeek, 7) ? ofWeek(dayOfWeek ?? []) : undefined;
  const months = all(month, 12) ? undefined : `in ${spans(numbers(month ?? []), nameOfMonth, 12)}`;
  const when =
    days !== undefined && weekdays !== undefined
      ? `on ${days} ${restrictsBothDays ? `or on ${weekdays}` : `that are ${weekdays}`}`
      : (days ?? weekdays) === undefined
        ? undefined
        : `on ${days ?? weekdays}`;
  if (when === undefined && months === undefined) return undefined;
  return [when ?? 'every day', months].filter((part) => part !== undefined).join(', ');
}

function ofMonth(values: readonly (number | string)[]): string {
  const plain = numbers(values);
  const days =
    plain.length === 0
      ? []
      : [`${plain.length === 1 ? 'day' : 'days'} ${spans(plain, String, 31)} of the month`];
  const others = values.flatMap((value) => {
    const [, day] = /^(\d+)W$/.exec(String(value)) ?? [];
    const [, before] = /^L-(\d+)$/.exec(String(value)) ?? [];
    if (value === 'L') return ['the last day of the month'];
    if (day !== undefined) return [`the weekday nearest to day ${day} of the month`];
    if (before === undefined) return [];
    return [`the day ${before} ${before === '1' ? 'day' : 'days'} before the last of the month`];
  });
  return join([...days, ...others]);
}

function ofWeek(values: readonly (number | string)[]): string {
  // A week begins on Monday here.
  const plain = numbers(values).map((day) => (day === 0 ? 7 : day));
  const days = plain.length === 0 ? [] : [spans(plain, (day) => `${nameOfDay(day)}s`, 7)];
  const others = values.flatMap((value) => {
    const [, last] = /^(\d)L$/.exec(String(value)) ?? [];
    const [, nth, number] = /^(\d)#(\d)$/.exec(String(value)) ?? [];
    if (last !== undefined) return [`the last ${nameOfDay(Number(last))} of the month`];
    if (nth === undefined) return [];
    return [`the ${ordinals[Number(number) - 1]} ${nameOfDay(Number(nth))} of the month`];
  });
  return join([...days, ...others]);
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth'];

function numbers(values: readonly (number | string)[]): number[] {
  return values.filter((value) => typeof value === 'number');
}

/** Lists numbers by their names, with `to` between the ends of three or more that follow one another. */
function spans(values: readonly number[], nameOf: (value: number) => string, most: number): string {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const [first = 0, second = 0] = sorted;
  const isEven = sorted.every((value, index) => value === first + index * (second - first));
  if (sorted.length > 5 && sorted.length < most && isEven && second - first > 1)
    return `${sorted.slice(0, 3).map(nameOf).join(', ')} … ${nameOf(sorted.at(-1) ?? 0)}`;
  const groups: number[][] = [];
  for (const value of sorted) {
    const last = groups.at(-1);
    if (last?.at(-1) === value - 1) last.push(value);
    else groups.push([value]);
  }
  return join(
    groups.flatMap((group) =>
      group.length < 3 ? group.map(nameOf) : [`${nameOf(group[0] ?? 0)} to ${nameOf(group.at(-1) ?? 0)}`],
    ),
  );
}

function join(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

function nameOfDay(day: number): string {
  // 4 January 1970 was a Sunday.
  return nameIn({ weekday: 'long' }, Date.UTC(1970, 0, 4 + day));
}

function nameOfMonth(month: number): string {
  return nameIn({ month: 'long' }, Date.UTC(1970, month - 1, 1));
}

function nameIn(options: Intl.DateTimeFormatOptions, time: number): string {
  return new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' }).format(time);
}
