import { validateDetailed } from 'node-cron';
import * as z from 'zod';
import { name } from '../input/text.ts';
import { expectedProject, projectPattern } from '../projectName.ts';
import { catchUpModes } from '../words/schedule.ts';
import { maxSteps } from './commandOptions.ts';
import { notifyFile, notifyRules } from './notify.ts';
import { fileObject, knownObject, option, toKnown } from './option.ts';
import { type Step, stepDefinition, stepFile, stepOptions } from './step.ts';
import { duration, milliseconds, oneOf, rangeOf, toMilliseconds } from './values.ts';

/** The largest content of a plan, in bytes as JSON. */
export const maxPlanBytes = 4 * 1024 * 1024;

const maxName = 48;
const concurrency = z.int().min(1).max(100).default(1);

/** Defaults for how long no worker may ask for a task before you are notified, and before it fails. */
export const unclaimedDefaults = { after: '1h', fails: '24h' } as const;

/** Every option of a plan, in the order of the reference. */
export const planOptions = {
  name: option({
    file: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$/,
        `expected 1 to ${maxName} letters, digits, ".", "_" or "-", beginning with a letter or digit`,
      )
      .optional(),
    shownDefault: "the file's name",
    text: `Begins the id of each run: \`<name>-YYYY-MM-DD\` (UTC), with \`-2\`, \`-3\` for more runs on the same day, after the [prefix](projects.md#run-ids) of its project. At most ${maxName} characters.`,
    known: { name: name(maxName).describe(`Its name; 1 to ${maxName} characters.`) },
  }),
  project: option({
    file: z.string().regex(projectPattern, expectedProject).optional(),
    shownDefault: 'see [Projects](projects.md)',
    text: "Whose plan it is, such as `'acme/site'`. Not part of the plan's content.",
  }),
  schedule: option({
    file: z.string().superRefine(checkCron).optional(),
    shownDefault: 'none',
    text: 'Cron fields at which `nightshift up` (`npm start`) starts a run. See [Schedule](schedule.md).',
  }),
  timezone: option({
    file: z.string().refine(isTimeZone, 'expected an IANA time zone, such as "Europe/Berlin"').default('UTC'),
    text: 'Time zone of the schedule.',
  }),
  catchUp: option({
    file: oneOf(catchUpModes).default('latest'),
    text: "What to do about runs missed while the server was down: `'skip'` none, `'latest'` start the last one, `'all'` start each. See [Catching up](schedule.md#catching-up).",
  }),
  concurrency: option({
    file: concurrency,
    text: `How many tasks of a run may run at once, at most ${concurrency.unwrap().maxValue}.`,
    known: {
      concurrency: concurrency.describe(
        `How many of its tasks may run at once; ${rangeOf(concurrency.unwrap())}. Default ${concurrency.parse(undefined)}.`,
      ),
    },
  }),
  notify: option({
    file: notifyFile.optional(),
    text: 'Which failures, recoveries and summaries you are [notified](notifications.md#what-you-are-notified-of) of, and when.',
    known: { notify: notifyRules.nullish().describe('What you are notified of, and when.') },
  }),
  unclaimedAfter: option({
    file: duration.optional(),
    fallback: unclaimedDefaults.after,
    text: 'How long [no worker may ask for a task](workers.md#a-task-that-no-worker-asks-for) before you are notified.',
    known: {
      unclaimedAfterMs: milliseconds
        .min(1)
        .nullish()
        .describe(
          'How long in milliseconds no matching worker may ask for a task that is ready before you are notified. Default one hour.',
        ),
    },
    toKnown: (after) => (after === undefined ? {} : { unclaimedAfterMs: toMilliseconds(after) }),
  }),
  unclaimedFails: option({
    file: duration.optional(),
    fallback: unclaimedDefaults.fails,
    text: 'After how long such a task fails. Not shorter than `unclaimedAfter`.',
    known: {
      unclaimedFailsMs: milliseconds
        .min(1)
        .nullish()
        .describe(
          'Milliseconds after which such a task fails; at least `unclaimedAfterMs`. Default 24 hours.',
        ),
    },
    toKnown: (fails) => (fails === undefined ? {} : { unclaimedFailsMs: toMilliseconds(fails) }),
  }),
  steps: option({
    file: z
      .array(stepFile)
      .readonly()
      .refine((steps) => steps.length > 0, 'expected at least one step, got none'),
    text: 'At least one.',
    known: {
      steps: z
        .array(stepDefinition)
        .min(1)
        .max(maxSteps)
        .describe(`Its steps, 1 to ${maxSteps.toLocaleString('en')}.`),
    },
    toKnown: (steps: readonly Step[]) => ({ steps: steps.map((step) => toKnown(stepOptions, step)) }),
  }),
};

/** What a plan file holds. */
export const planFile = fileObject(planOptions);

/** What the server knows of a plan: names, order and limits, never a command. Times in milliseconds. */
export const planDefinition = knownObject(planOptions);
/** What the server knows of a plan. */
export type PlanDefinition = z.output<typeof planDefinition>;

/** Turns what a plan file has into what the server knows, without what the steps were given. */
export function knownPlan(
  plan: z.output<typeof planFile> & { name: string },
): z.input<typeof planDefinition> {
  return toKnown(planOptions, plan);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function checkCron(expression: string, context: z.RefinementCtx): void {
  const { valid, errors } = validateDetailed(expression);
  if (valid) return;
  const why = errors.map((error) => `${error.field}: ${error.message}`).join('; ');
  context.addIssue({
    code: 'custom',
    message: `expected a cron expression such as "30 2 * * *"${why === '' ? '' : ` (${why})`}`,
  });
}
