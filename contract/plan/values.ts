import * as z from 'zod';
import { type Duration, readDuration } from '../text/duration.ts';

// Timers of JavaScript hold at most 2^31-1 ms, about 24.8 days.
const maxDays = 24;

/** A length of time that a timer can hold, as plan files write it. */
export const duration = z.custom<Duration>(
  (value) => typeof value === 'string' && isUsable(readDuration(value)),
  `expected a duration above zero and at most ${maxDays}d, such as "90s", "10m" or "1h"`,
);

function isUsable(milliseconds: number | undefined): boolean {
  return milliseconds !== undefined && milliseconds > 0 && milliseconds <= maxDays * 86_400_000;
}

/** A length of time as the server knows it. */
export const milliseconds = z.int().min(0).max(2_147_483_647);

/** Turns a duration that was checked into milliseconds. */
export function toMilliseconds(text: Duration): number {
  return readDuration(text) ?? 0;
}

/** The name of an environment variable. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable');

/** One of some words, as plan files write it: the message names them. */
export function oneOf<const W extends readonly string[]>(words: W) {
  return z.enum(words, `expected ${quoted(words)}`);
}

/** Says whether a value is an object, of a union in which the last form is one. */
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Writes words as choices: `"skip", "run" or "supersede"`. */
export function quoted(words: readonly string[]): string {
  return listed(words.map((word) => JSON.stringify(word)));
}

/** Writes choices: `skip, run or supersede`. */
export function listed(words: readonly string[], last = 'or'): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** Says within which limits a number of a schema is: `1 to 10`. */
export function rangeOf({
  minValue,
  maxValue,
}: {
  minValue: number | null;
  maxValue: number | null;
}): string {
  return `${minValue} to ${maxValue}`;
}
