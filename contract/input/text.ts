import * as z from 'zod';
import { keepingKeys } from '../keptKeys.ts';
import { screenText } from '../screen/screen.ts';
import { isPlain } from '../text/plainText.ts';
import { stripControls } from '../text/stripControls.ts';
import { cutEnd, cutMiddle } from './cutText.ts';
import { maxLinkLength } from './link.ts';
import { readTime } from './time.ts';

/** The most that is kept of a log excerpt, in bytes of UTF-8. */
export const maxExcerptBytes = 64 * 1024;

/** The largest JSON object that a field takes, in bytes of UTF-8. */
export const maxJsonBytes = 64 * 1024;

/** The longest note, in characters. */
export const maxNoteLength = 4000;

/** The name of something that exists already: 1 to `max` characters that PostgreSQL's text can hold. */
export function reference(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .refine(isStorable, { error: 'must not contain a NUL character or a lone surrogate', abort: true });
}

/** A name that is given: one line, 1 to `max` characters, and what is shown is what is stored. */
export function name(max: number) {
  return reference(max).refine(isPlain, { error: notPlain });
}

const notPlain =
  'must be one line without control characters or characters that change the writing direction';

/** Free text such as a log: escape sequences and control characters are taken out, nothing is refused. */
export const logText = z.string().transform((text) => stripControls(text).toWellFormed());

/** So much of an excerpt is drawn, in bytes of UTF-8: each of them may cost some microseconds, in which nobody else is answered. */
const maxDrawnBytes = 8 * maxExcerptBytes;

/** First and last lines of an output, as a terminal would show them; of more than 64 KB the beginning and the end are kept. */
export const logExcerpt = z
  .string()
  .transform((text) => (isDrawn(text) ? screenText(cutMiddle(text, maxDrawnBytes)) : text))
  .pipe(logText)
  .transform((text) => cutMiddle(text, maxExcerptBytes));

/** What somebody has to say, at most 4,000 characters. */
export const note = logText.pipe(z.string().max(maxNoteLength));

/** Why something went wrong, in the words of a program: what is too long is cut off. */
export const errorText = logText.transform((text) => cutEnd(text, maxNoteLength));

/** A time, see `readTime`; the value is its normal form. */
export const time = z.string().transform((text, context) => {
  const moment = readTime(text);
  if (moment !== undefined) return moment;
  context.addIssue({
    code: 'custom',
    message: `expected an ISO 8601 time such as 2025-01-15T02:30:00Z, got ${JSON.stringify(text.slice(0, 64))}`,
    params: { type: 'datetime_parsing' },
  });
  return z.NEVER;
});

/** A link to what a task made, at most 512 characters of any text; `keepLink` says what is kept of it. */
export const link = z.string().max(maxLinkLength);

/** A JSON object that PostgreSQL's jsonb can hold: no NUL, no infinity, at most 64 levels and 64 KB; its keys are names. */
export const jsonObject = keepingKeys(
  z.record(z.string(), z.unknown()).superRefine((value, context) => {
    if (!isStorableJson(value, 64)) {
      context.addIssue({
        code: 'custom',
        message:
          'must not contain NUL characters, lone surrogates, numbers above 1.8e308 or more than 64 levels',
      });
      return;
    }
    if (!hasPlainKeys(value)) context.addIssue({ code: 'custom', message: `its keys ${notPlain}` });
    const bytes = Buffer.byteLength(JSON.stringify(value));
    if (bytes <= maxJsonBytes) return;
    context.addIssue({
      code: 'custom',
      message: `expected at most ${maxJsonBytes} bytes as JSON, got ${bytes}`,
      params: { type: 'too_big' },
    });
  }),
);

/** Says whether a terminal would move in a text: backspaces, and sequences in either of their forms. */
function isDrawn(text: string): boolean {
  return ['\b', '\u001b', '\u009b', '\u009d'].some((control) => text.includes(control));
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function isStorableJson(value: unknown, levels: number): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return true;
  if (levels === 0) return false;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorableJson(item, levels - 1));
}

function hasPlainKeys(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(hasPlainKeys);
  return Object.entries(value).every(([key, item]) => isPlain(key) && hasPlainKeys(item));
}
