import { InvalidInputError } from '../input/errors.ts';
import type { TaskFilter } from './input.ts';

/** How many days are searched when no `since` says it, and at most. */
export const searchDays = { default: 30, max: 366 } as const;

const dayMs = 24 * 60 * 60 * 1000;

/** No time that a caller can name is before this one. */
const earliest = Date.parse('0001-01-01T00:00:00Z');

/**
 * Gives a filter with `text` the range of time that it is searched in: without `since` the 30 days before `until` or now,
 * from the beginning of a day, so that the pages of a walk have the same range.
 * @throws InvalidInputError when the range is longer than 366 days
 */
export function boundSearch(filter: TaskFilter): TaskFilter {
  if (filter.text == null) return filter;
  const end = filter.until == null ? Date.now() : Date.parse(filter.until);
  const usual = Math.max(earliest, Math.floor((end - searchDays.default * dayMs) / dayMs) * dayMs);
  const since = filter.since ?? new Date(usual).toISOString();
  const days = (end - Date.parse(since)) / dayMs;
  if (days <= searchDays.max) return { ...filter, since };
  const message = `must be at most ${searchDays.max} days before until, or now, where text is searched; got ${since}`;
  throw new InvalidInputError([{ path: ['since'], message, type: 'range_too_long' }]);
}

/** What is searched of a task, by line: a text that is looked for has none of its own. */
const searched = `concat_ws(E'\\n', task, run_id, reason, approval_note, outputs_uri)`;

/**
 * The condition that a text occurs in a task, in small or capital letters alike. What these are is said here and not by
 * the database: in the locale C, as that of the embedded one, `lower` knows no letters but those of ASCII.
 */
export function holdsText(placeholder: string): string {
  return `(${searched} COLLATE "C") ~ ${placeholder}`;
}

/** Writes the regular expression that matches a text as it stands, each of its letters in either case. */
export function patternOf(text: string): string {
  return [...text].map(eitherCase).join('');
}

function eitherCase(character: string): string {
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
  const cases = new Set([character, lower, upper, upper.toLowerCase(), lower.toUpperCase()]);
  // Some letters have a capital of several.
  const single = [...cases].filter((one) => [...one].length === 1);
  if (single.length > 1) return `[${single.join('')}]`;
  return /[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/.test(character) ? `\\${character}` : character;
}
