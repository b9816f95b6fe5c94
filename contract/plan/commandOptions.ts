import * as z from 'zod';
import { name } from '../input/text.ts';
import { keepingKeys } from '../keptKeys.ts';
import { lostContactActions } from '../words/plans.ts';
import { conditionFile } from './condition.ts';
import { option } from './option.ts';
import { describeRunAs, runAsFile } from './runAs.ts';
import { duration, oneOf, variableName } from './values.ts';

/** The most steps of a plan. */
export const maxSteps = 10_000;

const maxName = 64;

/** What a step runs, when, as whom and within which limits. */
export const commandOptions = {
  task: option({
    file: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/,
        `expected 1 to ${maxName} letters, digits, ".", "_", ":" or "-", beginning with a letter or digit`,
      ),
    text: `Name of the step and its tasks, unique in the plan: 1 to ${maxName} letters, digits, \`.\`, \`_\`, \`:\` or \`-\`.`,
    known: { task: name(maxName).describe('Its name, e.g. `seo.validate`; unique in the plan.') },
  }),
  cmd: option({
    file: z.union(
      [
        z.tuple([z.string().min(1), z.array(z.string()).readonly()]).readonly(),
        z.tuple([z.string().min(1)]).readonly(),
      ],
      'expected [program, [arguments]], such as ["node", ["scripts/my-task.mjs", "--flag"]]',
    ),
    text: '`[program, [arguments]]`. Executed directly, without a shell.',
  }),
  needs: option({
    file: z.array(z.string()).readonly().default([]),
    text: 'Names of the steps that must succeed, or be approved, first.',
    known: {
      needs: z
        .array(name(maxName))
        .max(maxSteps)
        .default([])
        .describe('The steps that must succeed before it starts.'),
    },
    toKnown: (needs) => ({ needs: [...needs] }),
  }),
  when: option({
    file: conditionFile.optional(),
    shownDefault: 'always',
    text: '[Conditions](#conditions). If one does not hold, the step is skipped.',
  }),
  env: option({
    file: keepingKeys(
      z.record(variableName, z.union([z.string(), z.literal(true)], 'expected a string or true')),
    ).default({}),
    text: "Environment variables. A string sets a value; `true` passes through the worker's.",
  }),
  secrets: option({
    file: z.array(variableName).readonly().default([]),
    text: "Names of the worker's variables to pass through. Their values are masked in all output.",
  }),
  cwd: option({
    file: z.string().min(1).optional(),
    shownDefault: "the plan's directory",
    text: 'Where to run, relative to the plan.',
  }),
  runAs: option({
    file: runAsFile.optional(),
    shownDefault: "the worker's user",
    text: '[Whose rights](#whose-rights-a-step-has) the command has: a user, or `{ user, group, home }`.',
    // So that a worker whose plan says something else does not take it.
    known: {
      runAs: name(129)
        .nullish()
        .describe(
          'The user whose rights its command has, as `user` or `user:group`. Default: the rights of the worker.',
        ),
    },
    toKnown: (account) => (account === undefined ? {} : { runAs: describeRunAs(account) }),
  }),
  timeout: option({
    file: duration.default('1h'),
    text: 'Ends the command after this time; the task has failed then.',
  }),
  idleTimeout: option({
    file: duration.optional(),
    shownDefault: 'none',
    text: 'Ends the command after this long without output. Shorter than `timeout`.',
  }),
  grace: option({ file: duration.default('10s'), text: 'Time between SIGTERM and SIGKILL.' }),
  onLostContact: option({
    file: oneOf(lostContactActions).default('goOn'),
    text: "What happens to the command if its worker cannot reach the server for as long as the lease holds. `'end'` [ends it](workers.md#if-a-worker-cannot-reach-the-server).",
  }),
};
