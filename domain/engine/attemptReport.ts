import * as z from 'zod';
import { keepLink } from '../../contract/input/link.ts';
import { errorText, logExcerpt, logText, reference } from '../../contract/input/text.ts';
import { reportedEndings } from '../../contract/words/attempts.ts';
import { maxInteger } from '../tasks/input.ts';
import { fitOutputs } from './fitOutputs.ts';

/** How many links a report may contain besides the declared one. */
const maxCandidates = 200;

/** What can be no link is left out, so that a report is never refused for what its command printed. */
function usableLink(text: string): string[] {
  const uri = text.length > 512 ? null : keepLink(text).uri;
  return uri !== null && /^https?:/i.test(uri) ? [uri] : [];
}

/** Each output by its key, whatever that is: a record would leave `__proto__` out and say nothing. */
const outputsOfAttempt = z
  .preprocess(
    (value) => (isRecord(value) ? new Map(Object.entries(value)) : value),
    z.map(z.string(), logText, 'expected an object'),
  )
  .transform((outputs) => Object.fromEntries(outputs));

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an attempt reports: how it ended and its output, never a status. */
export const attemptReport = z
  .object({
    ending: z.enum(reportedEndings),
    /** With the ending `exit`, and only then. */
    exitCode: z.int().min(0).max(255).nullish(),
    /** The signal's name, with the ending `signal`. */
    signal: reference(32).nullish(),
    durationMs: z.int().min(0).max(maxInteger),
    outputs: outputsOfAttempt.default({}),
    /** What is kept of the link that it reported; `remarksOnLink` says what was left out. */
    outputsUri: z
      .string()
      .transform((text) => keepLink(text).uri)
      .nullish(),
    /** Links that it printed and that may be what it made: pull requests and artifacts, the first one first. */
    candidates: z
      .array(z.string())
      .max(maxCandidates)
      .default([])
      .transform((links) => links.flatMap(usableLink)),
    logExcerpt: logExcerpt.nullish(),
    /** Why, in a few words: of a skip, a failed start or a condition. */
    reason: errorText.nullish(),
    /** What people must know of the report besides. */
    remarks: z.array(z.string()).default([]),
  })
  .refine(({ ending, exitCode }) => (ending === 'exit') === (exitCode != null), {
    error: 'must be given if, and only if, ending is exit',
    path: ['exitCode'],
  })
  .transform(fitOutputs);
export type AttemptReport = z.output<typeof attemptReport>;
