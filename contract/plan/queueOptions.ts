import * as z from 'zod';
import { name } from '../input/text.ts';
import { retryCauses } from '../words/attempts.ts';
import { backoffDefault, backoffFile, backoffKnown, knownBackoff } from './backoff.ts';
import { option } from './option.ts';
import { oneOf, rangeOf } from './values.ts';

const maxLock = 64;
const maxLabel = 32;
const maxLabels = 10;
const retries = z.int().min(0).max(20).default(0);

/** Which worker takes a step, beside what, and what is tried again. */
export const queueOptions = {
  retries: option({
    file: retries,
    text: `How many attempts may follow the first, at most ${retries.unwrap().maxValue}.`,
    known: {
      retries: retries.describe(
        `How many attempts may follow the first; ${rangeOf(retries.unwrap())}. Default ${retries.parse(undefined)}.`,
      ),
    },
  }),
  backoff: option({
    file: backoffFile.prefault({}),
    text: 'The pause before the first retry, by how much each further pause grows, and the longest pause.',
    known: { backoff: backoffKnown.default(backoffDefault).describe('The pauses between attempts.') },
    toKnown: (backoff) => ({ backoff: knownBackoff(backoff) }),
  }),
  retryOn: option({
    file: z
      .array(oneOf(retryCauses))
      .readonly()
      .default([...retryCauses]),
    text: 'Which failures are [retried](#what-is-retried).',
    known: {
      retryOn: z
        .array(z.enum(retryCauses))
        .max(retryCauses.length)
        .default([...retryCauses])
        .describe('Which failures are retried. Default: all of them.'),
    },
    toKnown: (causes) => ({ retryOn: [...causes] }),
  }),
  lock: option({
    file: z
      .string()
      .regex(/^[\w.:-]{1,64}$/, `expected 1 to ${maxLock} letters, digits, ".", "_", ":" or "-"`)
      .optional(),
    shownDefault: 'none',
    text: 'Tasks with the same lock never run at the same time, across all runs and machines.',
    known: {
      lock: name(maxLock)
        .nullish()
        .describe('Tasks with the same lock never run at the same time, across all runs.'),
    },
  }),
  labels: option({
    file: z
      .array(z.string().regex(/^[\w.-]{1,32}$/, `expected 1 to ${maxLabel} letters, digits, ".", "_" or "-"`))
      .max(maxLabels)
      .readonly()
      .default([]),
    text: 'Only workers with all of these labels take it (`nightshift worker --labels linux,gpu`). `nightshift run` ignores labels.',
    known: {
      labels: z
        .array(name(maxLabel))
        .max(maxLabels)
        .default([])
        .describe('The labels that a worker must have to take it.'),
    },
    toKnown: (labels) => ({ labels: [...labels] }),
  }),
};
