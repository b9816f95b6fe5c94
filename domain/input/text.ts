import * as z from 'zod';
import { cutEnd, cutMiddle } from './cutText.ts';
import { readTime } from './time.ts';

/** The most that is kept of a log excerpt, in bytes of UTF-8. */
export const maxExcerptBytes = 64 * 1024;

/** The largest JSON object that a field takes, in bytes of UTF-8. */
export const maxJsonBytes = 64 * 1024;

/** The longest note, in characters. */
export const maxNoteLength = 4000;

/** A name or identifier: 1 to `max` characters, no NUL and no lone surrogate, which PostgreSQL's text cannot hold. */
export function name(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .refine(isStorable, { error: 'must not hold a NUL character or a lone surrogate' });
}

/** Free text such as a log: NUL characters are taken out and lone surrogates mended, nothing is refused. */
export const logText = z.string().transform((text) => text.replaceAll('\0', '').toWellFormed());

/** First and last lines of an output; of more than 64 KB the beginning and the end are kept. */
export const logExcerpt = logText.transform((text) => cutMiddle(text, maxExcerptBytes));

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

/** A link to what a task made: http, https, or a path without a scheme; never `javascript:`, `data:` or `//host`. */
export const link = name(512).refine(isLink, {
  error: 'expected an http(s) URL or a path without a scheme',
});

/** A JSON object that PostgreSQL's jsonb can hold: no NUL, no lone surrogate, no infinity, at most 64 levels and 64 KB. */
export const jsonObject = z.record(z.string(), z.unknown()).superRefine((value, context) => {
  if (!isStorableJson(value, 64)) {
    context.addIssue({
      code: 'custom',
      message: 'must not hold NUL characters, lone surrogates, numbers past 1.8e308 or more than 64 levels',
    });
    return;
  }
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= maxJsonBytes) return;
  context.addIssue({
    code: 'custom',
    message: `expected at most ${maxJsonBytes} bytes as JSON, got ${bytes}`,
    params: { type: 'too_big' },
  });
});

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function isLink(text: string): boolean {
  if (/[\s\\<>"\p{Cc}]/u.test(text) || text.startsWith('//')) return false;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1];
  if (scheme === undefined) return true;
  return /^https?$/i.test(scheme) && URL.canParse(text);
}

function isStorableJson(value: unknown, levels: number): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return true;
  if (levels === 0) return false;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorableJson(item, levels - 1));
}
