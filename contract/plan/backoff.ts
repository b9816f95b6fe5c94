import * as z from 'zod';
import { fileObject, knownObject, option, toKnown } from './option.ts';
import { duration, milliseconds, rangeOf, toMilliseconds } from './values.ts';

const factor = z.number().min(1).max(10);

/** The pauses between attempts. */
export const backoffOptions = {
  delay: option({
    file: duration.default('10s'),
    text: 'The pause before the first retry.',
    known: { delayMs: milliseconds.describe('The first pause in milliseconds.') },
    toKnown: (delay) => ({ delayMs: toMilliseconds(delay) }),
  }),
  factor: option({
    file: factor.default(2),
    text: 'How many times longer each further pause is.',
    known: {
      factor: factor.describe(
        `The factor by which each pause is longer than the one before; ${rangeOf(factor)}.`,
      ),
    },
  }),
  max: option({
    file: duration.default('10m'),
    text: 'The longest pause.',
    known: { maxMs: milliseconds.describe('The longest pause in milliseconds.') },
    toKnown: (max) => ({ maxMs: toMilliseconds(max) }),
  }),
};

/** The pauses between attempts, as a plan file writes them. */
export const backoffFile = fileObject(backoffOptions);

/** The same as the server knows them. */
export const backoffKnown = knownObject(backoffOptions);

/** Turns the pauses of a plan file into those of the server. */
export function knownBackoff(backoff: z.output<typeof backoffFile>): z.input<typeof backoffKnown> {
  return toKnown(backoffOptions, backoff);
}

/** The pauses where nobody says anything. */
export const backoffDefault = knownBackoff(backoffFile.parse({}));
