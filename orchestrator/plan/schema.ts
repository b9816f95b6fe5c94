import { validateDetailed } from 'node-cron';
import * as z from 'zod';
import { keepingKeys } from '../../contract/keptKeys.ts';
import { expectedProject, projectPattern } from '../../contract/projectName.ts';
import { retryCauses } from '../../contract/words/attempts.ts';
import { approvalModes, onOpenModes } from '../../contract/words/plans.ts';
import { catchUpModes } from '../../contract/words/schedule.ts';
import { type Duration, readDuration } from '../../contract/text/duration.ts';
import { approvalSchema, gateSchema } from './approvalSchema.ts';
import { conditionSchema, variableName } from './conditionSchema.ts';
import { notifySchema } from './notifySchema.ts';
import { runAsSchema } from './runAsSchema.ts';

const duration = z.custom<Duration>(
  (value) => typeof value === 'string' && isUsableDuration(readDuration(value)),
  'expected a duration above zero and at most 24d, such as "90s", "10m" or "1h"',
);

const stepSchema = z.strictObject({
  /** Name of the task, such as `seo.validate`; unique in its plan, 1 to 64 characters. */
  task: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/,
      'expected 1 to 64 letters, digits, ".", "_", ":" or "-", beginning with a letter or digit',
    ),
  /** The program and its arguments; they are run as they stand, without a shell. */
  cmd: z.union(
    [
      z.tuple([z.string().min(1), z.array(z.string()).readonly()]).readonly(),
      z.tuple([z.string().min(1)]).readonly(),
    ],
    'expected [program, [arguments]], such as ["node", ["scripts/my-task.mjs", "--flag"]]',
  ),
  /** Variables for the command: a text sets one, `true` hands on the one that the orchestrator has, if any. */
  env: keepingKeys(
    z.record(variableName, z.union([z.string(), z.literal(true)], 'expected a text or true')),
  ).default({}),
  /** Names of variables to hand on whose values are masked wherever output goes. */
  secrets: z.array(variableName).readonly().default([]),
  /** Directory to run in, relative to the plan file. @default the plan file's directory */
  cwd: z.string().min(1).optional(),
  /** Whose rights the command has: a user of the worker's machine, or user, group and home. @default the worker's own */
  runAs: runAsSchema.optional(),
  /** The command is ended after this time and the task has failed. @default '1h' */
  timeout: duration.default('1h'),
  /** The command is ended, and the task has failed, when it has printed nothing for this time; shorter than `timeout`. @default none */
  idleTimeout: duration.optional(),
  /** How long a command may take to end after SIGTERM before SIGKILL. @default '10s' */
  grace: duration.default('10s'),
  /** What becomes of the command when the server cannot be reached for as long as the lease holds, so that another worker may run it again. @default 'goOn' */
  onLostContact: z.enum(['goOn', 'end'], 'expected "goOn" or "end"').default('goOn'),
  /** `auto` waits for approval when the output is a pull request; an object says as `mode` when, and how it is decided. @default 'auto' */
  approval: z
    .union([z.enum(approvalModes), approvalSchema], {
      error: ({ input }) =>
        isObject(input)
          ? undefined
          : 'expected "auto", "always", "never" or a policy such as { mode: "auto", required: 2 }',
    })
    .default('auto'),
  /** Awaits approval before it runs: by the step's own policy (`true`), or by one of its own. @default nobody is asked */
  gate: z
    .union([z.literal(true), gateSchema], {
      error: ({ input }) =>
        isObject(input) ? undefined : 'expected true, or a policy such as { approvers: ["ada@example.com"] }',
    })
    .optional(),
  /** The exit code by which the command says that there was nothing to do, so that its task is skipped; `false`: none. @default 77 */
  skipCode: z
    .union([z.int().min(1).max(255), z.literal(false)], 'expected an exit code from 1 to 255, or false')
    .default(77),
  /** Only pull requests of this repository (`owner/name`) count as the task's output. */
  repo: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'expected "owner/name"')
    .optional(),
  /** The steps that must succeed, or be approved, before this one starts. @default none */
  needs: z.array(z.string()).readonly().default([]),
  /** How many attempts may follow the first. @default 0 */
  retries: z.int().min(0).max(20).default(0),
  /** The pauses between attempts: each `factor` times as long as the one before, at most `max`. */
  backoff: z
    .strictObject({
      delay: duration.default('10s'),
      factor: z.number().min(1).max(10).default(2),
      max: duration.default('10m'),
    })
    .prefault({}),
  /** After what another attempt is made. @default ['exit', 'timeout', 'lost'] */
  retryOn: z
    .array(z.enum(retryCauses, 'expected "exit", "timeout" or "lost"'))
    .readonly()
    .default([...retryCauses]),
  /** A key that no two running tasks share, across runs and machines. */
  lock: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, 'expected 1 to 64 letters, digits, ".", "_", ":" or "-"')
    .optional(),
  /** What a worker must be labelled with to take it. @default none */
  labels: z
    .array(z.string().regex(/^[\w.-]{1,32}$/, 'expected 1 to 32 letters, digits, ".", "_" or "-"'))
    .max(10)
    .readonly()
    .default([]),
  /**
   * What to do while the last work of this step still awaits approval: run all the same, skip it, or take its place,
   * which cancels the old one. @default 'run', with a gate 'supersede'
   */
  onOpen: z.enum(onOpenModes, 'expected "skip", "run" or "supersede"').optional(),
  /** When it runs at all; without all of this it is skipped. @default always */
  when: conditionSchema.optional(),
  /** What the task was given, for the record. @default the command and its flags */
  inputs: keepingKeys(z.record(z.string(), z.unknown())).optional(),
});

/** What a plan file holds; unknown keys are faults, so that a misspelt one is noticed. */
export const planSchema = z.strictObject({
  /** Begins the id of every run. @default the file's name up to `.plan` */
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$/,
      'expected 1 to 48 letters, digits, ".", "_" or "-", beginning with a letter or digit',
    )
    .optional(),
  /**
   * Whose plan it is: plans are known by their project and name. @default NIGHTSHIFT_PROJECT, else the repository of the
   * remote `origin`, the name in package.json, or the folder
   */
  project: z.string().regex(projectPattern, expectedProject).optional(),
  /** When `nightshift up` starts a run: five cron fields. @default none, the plan runs by hand only */
  schedule: z.string().superRefine(checkCron).optional(),
  /** The time zone of the schedule. @default 'UTC' */
  timezone: z
    .string()
    .refine(isTimeZone, 'expected an IANA time zone, such as "Europe/Berlin"')
    .default('UTC'),
  /** Which due times that passed while nothing ran are made up for, within 12 hours. @default 'latest' */
  catchUp: z.enum(catchUpModes, 'expected "skip", "latest" or "all"').default('latest'),
  /** How many of its tasks may run at once. @default 1 */
  concurrency: z.int().min(1).max(100).default(1),
  /** What of its runs the server tells, and when: `now`, in the morning's `digest`, or `never`. */
  notify: notifySchema.optional(),
  /** How long no worker may have asked for a task that could be taken before that is told. @default '1h' */
  unclaimedAfter: duration.optional(),
  /** After how long such a task fails; not shorter than `unclaimedAfter`. @default '24h' */
  unclaimedFails: duration.optional(),
  steps: z
    .array(stepSchema)
    .readonly()
    .refine((steps) => steps.length > 0, 'expected at least one step, got none'),
});

/** What a user writes. */
export type PlanDefinition = z.input<typeof planSchema>;
/** One entry of a plan as a user writes it. */
export type StepDefinition = z.input<typeof stepSchema>;
/** When a step awaits approval. */
export type ApprovalMode = z.output<typeof approvalSchema>['mode'];
/** How a step is approved before it runs. */
export type GatePolicy = z.output<typeof gateSchema>;
/** When a step runs at all. */
export type Condition = z.output<typeof conditionSchema>;
/** One entry of a plan with its defaults filled in. */
export type Step = z.output<typeof stepSchema>;
/** A checked plan and where it came from. */
export interface Plan extends z.output<typeof planSchema> {
  name: string;
  /** The absolute path of the plan file. */
  file: string;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

// Timers of JavaScript hold at most 2^31-1 ms, about 24.8 days.
function isUsableDuration(milliseconds: number | undefined): boolean {
  return milliseconds !== undefined && milliseconds > 0 && milliseconds <= 24 * 86_400_000;
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
