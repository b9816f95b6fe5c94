import * as z from 'zod';
import { jsonObject } from '../input/text.ts';
import { keepingKeys } from '../keptKeys.ts';
import { repositoryPattern } from '../pulls/pullLinks.ts';
import { askingOptions } from './askingOptions.ts';
import { commandOptions } from './commandOptions.ts';
import { fileObject, knownObject, option, toKnown } from './option.ts';
import { queueOptions } from './queueOptions.ts';
import { rangeOf } from './values.ts';

/** The exit code by which a command says that there was nothing to do, where its step names no other. */
export const defaultSkipCode = 77;

const exitCode = z.int().min(1).max(255);

/** What the outcome of a step is read from, and what is kept with it. */
const outcomeOptions = {
  skipCode: option({
    file: z
      .union([exitCode, z.literal(false)], `expected an exit code from ${rangeOf(exitCode)}, or false`)
      .default(defaultSkipCode),
    text: `The exit code that means "nothing to do", so that the task is skipped. \`false\`: none, for commands in which ${defaultSkipCode} is an error, such as \`curl\`.`,
    known: {
      skipCode: z
        .int()
        .min(0)
        .max(255)
        .nullish()
        .describe(
          `The exit code that means skipped, ${rangeOf(exitCode)}; 0: none does. Default ${defaultSkipCode}.`,
        ),
    },
    toKnown: (code) => (code === defaultSkipCode ? {} : { skipCode: code || 0 }),
  }),
  repo: option({
    file: z.string().regex(repositoryPattern, 'expected "owner/name"').optional(),
    shownDefault: "that of the checkout's `origin`",
    text: "`owner/name` whose pull requests are the step's own. Others [do not count](#which-link-counts).",
  }),
  inputs: option({
    file: keepingKeys(z.record(z.string(), z.unknown())).optional(),
    shownDefault: 'command and flags',
    text: 'An object that is kept with the task, for the record.',
    known: {
      inputs: jsonObject
        .nullish()
        .describe('Its inputs, stored with the task for the record. A JSON object of at most 64 KB.'),
    },
    // Masked first, which is the worker's to do.
    toKnown: () => ({}),
  }),
};

/** Every option of a step, in the order of the reference. */
export const stepOptions = { ...commandOptions, ...queueOptions, ...askingOptions, ...outcomeOptions };

/** One step as a plan file writes it. */
export const stepFile = fileObject(stepOptions);
/** One step with its defaults filled in. */
export type Step = z.output<typeof stepFile>;

/** One step as the server knows it: what its plan leaves out stays out, so that the hash of the plan stays as it is. */
export const stepDefinition = knownObject(stepOptions);
/** One step as the server knows it. */
export type StepDefinition = z.output<typeof stepDefinition>;

/** Turns a step of a plan file into what the server knows of it, without what it was given. */
export function knownStep(step: Step): StepDefinition {
  return stepDefinition.parse(toKnown(stepOptions, step));
}
