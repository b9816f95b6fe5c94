import { InvalidArgumentError } from 'commander';
import { readDuration } from '../../contract/text/duration.ts';
import { suggest } from '../../contract/text/suggest.ts';

/** Reads a point in time, ISO 8601 or how long ago, into ISO 8601 in UTC. */
export function parseTime(text: string): string {
  const ago = readDuration(text);
  const time = ago === undefined ? readIso(text) : Date.now() - ago;
  if (time !== undefined && Math.abs(time) <= 8.64e15) return new Date(time).toISOString();
  throw new InvalidArgumentError(
    `Expected a time such as 2025-01-15, 2025-01-15T02:30:00Z or 7d (ago), got "${text}".`,
  );
}

/** Reads a duration into milliseconds. */
export function parseDuration(text: string): number {
  const milliseconds = readDuration(text);
  if (milliseconds !== undefined && milliseconds <= 2 ** 31 - 1) return milliseconds;
  throw new InvalidArgumentError(`Expected a duration such as 90s, 30m or 2h, got "${text}".`);
}

/** Reads a duration into milliseconds that may be longer than any timer. */
export function parseSpan(text: string): number {
  const milliseconds = readDuration(text);
  if (milliseconds !== undefined && milliseconds <= 90 * dayMs) return milliseconds;
  throw new InvalidArgumentError(`Expected a duration of at most 90d, such as 24h or 30d, got "${text}".`);
}

const dayMs = 86_400_000;

/** Reads for how long something works: a duration in milliseconds, or `never` ends. Commander takes null for nothing. */
export function parseLife(text: string): number | 'never' {
  if (text.trim().toLowerCase() === 'never') return 'never';
  const milliseconds = readDuration(text);
  if (milliseconds !== undefined && milliseconds >= 60_000 && milliseconds <= 3650 * dayMs)
    return milliseconds;
  throw new InvalidArgumentError(
    `Expected a duration from 1m to 3650d, such as 24h or 90d, or never, got "${text}".`,
  );
}

/** Reads a whole number above zero, at most `most`. */
export function parseCount(most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`Expected a number from 1 to ${most}, got "${text}".`);
  };
}

/** Reads a task ID. */
export function parseTaskId(text: string): number {
  return parseId(text, 'a task ID, as "nightshift list" shows it');
}

/** Reads the number of an approval. */
export function parseApprovalId(text: string): number {
  return parseId(text, 'the number of an approval, as "nightshift view" shows it');
}

function parseId(text: string, expected: string): number {
  const id = Number(text);
  if (/^\d+$/.test(text) && id >= 1 && id <= 2_147_483_647) return id;
  throw new InvalidArgumentError(`Expected ${expected}, got "${text}".`);
}

/** Reads the whole id of a commit. */
export function parseCommit(text: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)) return text;
  throw new InvalidArgumentError(
    `Expected the 40 or 64 hexadecimal digits of a commit, as "nightshift view -o json" shows them, got "${text}".`,
  );
}

/** Reads the id of a delivery, or its first digits, as tables show them. */
export function parseDeliveryId(text: string): string {
  const zeros = text.replaceAll(/[0-9a-f]/gi, '0');
  if (text.length >= 8 && '00000000-0000-0000-0000-000000000000'.startsWith(zeros)) return text;
  throw new InvalidArgumentError(
    `Expected a delivery ID, as "nightshift deliveries" shows it, got "${text}".`,
  );
}

/** Reads what names a task or a run: the number of the one, the id of the other. */
export function parseTaskOrRun(text: string): number | string {
  const isNumber = /^\d{1,10}$/.test(text) && Number(text) >= 1 && Number(text) <= 2_147_483_647;
  return isNumber ? Number(text) : text;
}

/** Collects the values of an option that may be repeated or hold several with commas between them; `\,` is a comma in a value. */
export function collect(text: string, earlier: string[] | undefined): string[] {
  const parts = text.split(/(?<!\\),/).map((part) => part.replaceAll('\\,', ','));
  return [...(earlier ?? []), ...parts.filter((part) => part !== '')];
}

/** Collects `key=value` pairs of an option that may be repeated. */
export function parsePair(text: string, earlier: Record<string, string> | undefined): Record<string, string> {
  const [key = '', ...rest] = text.split('=');
  if (key !== '' && rest.length > 0) return { ...earlier, [key]: rest.join('=') };
  throw new InvalidArgumentError(`Expected key=value, got "${text}".`);
}

/** Collects values of which only some are known, e.g. statuses. */
export function collectOf<Word extends string>(
  known: readonly Word[],
): (text: string, earlier: string[] | undefined) => Word[] {
  return (text, earlier) => {
    const values = collect(text, earlier).map((value) => value.toLowerCase());
    const wrong = values.find((value) => !known.some((word) => word === value));
    if (wrong === undefined) return values as Word[];
    const meant = suggest(wrong, known);
    const advice = meant === undefined ? '' : ` Did you mean "${meant}"?`;
    throw new InvalidArgumentError(`Expected one of ${known.join(', ')}, got "${wrong}".${advice}`);
  };
}

// A time without an offset is UTC, as everywhere in the API.
function readIso(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?$/.test(text)) return undefined;
  const time = text.replace(' ', 'T');
  const clock = time.split('T')[1];
  const zoned = clock === undefined || /(Z|[+-]\d\d:?\d\d)$/i.test(clock) ? time : `${time}Z`;
  const value = Date.parse(zoned);
  return Number.isNaN(value) ? undefined : value;
}
