const shape =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+\- ]\d{2}:?\d{2})?)?$/i;

/**
 * Reads an ISO 8601 time: with `Z`, with an offset, or without (then UTC); a date alone means its midnight.
 * Gives `YYYY-MM-DDTHH:MM:SS[.mmm]Z`, cut to milliseconds because a JavaScript `Date` holds no more, or
 * `undefined` when the text is no such time. A `+` that a URL turned into a space is understood.
 */
export function readTime(text: string): string | undefined {
  const match = shape.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = new Date(0);
  local.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  local.setUTCHours(Number(hour), Number(minute), Number(second), milliseconds);
  const exists =
    local.getUTCMonth() === Number(month) - 1 &&
    local.getUTCDate() === Number(day) &&
    local.getUTCHours() === Number(hour) &&
    local.getUTCMinutes() === Number(minute) &&
    local.getUTCSeconds() === Number(second);
  const offset = readOffset(zone);
  if (!exists || offset === undefined) return undefined;
  const moment = new Date(local.getTime() - offset * 60_000);
  const inRange = moment.getUTCFullYear() >= 1 && moment.getUTCFullYear() <= 9999;
  return inRange ? formatTime(moment) : undefined;
}

/** Writes a moment as every part of Nightshift does: UTC, ending in Z, with milliseconds only when there are some. */
export function formatTime(moment: Date): string {
  return moment.toISOString().replace('.000Z', 'Z');
}

function readOffset(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}
