import { validateDetailed } from 'node-cron';
import * as z from 'zod';
import { type Duration, readDuration } from './duration.ts';
import { faultOfPlatform } from './platforms.ts';

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable');

const duration = z.custom<Duration>(
  (value) => typeof value === 'string' && isUsableDuration(readDuration(value)),
  'expected a duration above zero and at most 24d, such as "90s", "10m" or "1h"',
);

const oneOrMore = (what: string) =>
  z.union(
    [z.string().min(1), z.array(z.string().min(1)).min(1).readonly()],
    `expected ${what}, or a list of them`,
  );

const conditionSchema = z.strictObject({
  /** The worker's system, as `process.platform` names it. */
  platform: oneOrMore('a platform such as "linux", "darwin" or "win32"')
    .superRefine(checkPlatforms)
    .optional(),
  /** The branch that is checked out where the step runs; `*` stands for anything. */
  branch: oneOrMore('the name of a branch such as "main" or "release/*"').optional(),
  /** Variables of the worker: a text must be the value, `true` asks for any value and `false` for none. */
  env: z
    .record(variableName, z.union([z.string(), z.boolean()], 'expected a text, true or false'))
    .optional(),
  /** Outputs of needed steps, as `step.key`: a text must be the value, `true` asks for any value and `false` for none. */
  outputs: z
    .record(
      z.string().regex(/^.+\..+$/, 'expected step.key'),
      z.union([z.string(), z.boolean()], 'expected a text, true or false'),
    )
    .optional(),
});

const people = z.array(z.string().min(1).max(128)).max(50).readonly();

/** A part of a time, such as `50%`. */
type Percent = `${number}%`;

/** When a step awaits approval, and how that is decided. */
export const approvalSchema = z.strictObject({
  /** When the step awaits approval: with a pull request, at every success, or never. @default 'auto' */
  mode: z.enum(['auto', 'always', 'never'], 'expected "auto", "always" or "never"').default('auto'),
  /** Who may approve and reject: viewers, and groups as `group:release`. @default everybody with the approve scope */
  approvers: people.optional(),
  /** How many distinct people must approve. @default 1 */
  required: z.int().min(1).max(10).optional(),
  /** Who started the run or authored the pull request may not approve. @default false */
  denySelf: z.boolean().optional(),
  /** The wait ends after this time; `'never'` lets it last. @default '72h' */
  expiresAfter: z
    .custom<Duration | 'never'>(
      (value) => value === 'never' || (typeof value === 'string' && (readDuration(value) ?? 0) >= 1000),
      'expected a duration of a second or more such as "72h", or "never"',
    )
    .optional(),
  /** What becomes of it then. @default 'expire' */
  onExpire: z
    .enum(['expire', 'reject', 'approve', 'escalate'], 'expected "expire", "reject", "approve" or "escalate"')
    .optional(),
  /** After which parts of its time the server reminds of it. @default ['50%', '90%'] */
  remind: z
    .array(z.custom<Percent>(isPercent, 'expected a part of the time such as "50%"'))
    .max(10)
    .readonly()
    .optional(),
  /** Who may decide as well once it was escalated. */
  escalateTo: people.optional(),
  /** What an approval brings about at the pull request: nothing, its merge, or a label. @default 'none' */
  onApprove: z
    .custom<'none' | 'merge' | `label:${string}`>(
      (value) => typeof value === 'string' && /^(none|merge|label:[^,\p{C}]{1,50})$/u.test(value),
      'expected "none", "merge" or "label:" and a name of up to 50 characters',
    )
    .optional(),
  /** With `'high'`, the link of a notification alone decides nothing: it needs a key or a sign-in besides. @default 'low' */
  risk: z.enum(['low', 'high'], 'expected "low" or "high"').optional(),
});

const notifyWhen = z.enum(['now', 'digest', 'never'], 'expected "now", "digest" or "never"').optional();

/** What of a plan's runs is told by the server's channels, and when. */
const notifySchema = z.strictObject({
  /** A step failed that did not fail in the run before. @default 'now' */
  failure: notifyWhen,
  /** A step failed again. @default 'digest' */
  repeat: notifyWhen,
  /** A step succeeded that had failed in the run before. @default 'now' */
  recovery: notifyWhen,
  /** Nothing of a run is left to do: what came of each task. @default 'now' */
  summary: notifyWhen,
});

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
  env: z.record(variableName, z.union([z.string(), z.literal(true)], 'expected a text or true')).default({}),
  /** Names of variables to hand on whose values are masked wherever output goes. */
  secrets: z.array(variableName).readonly().default([]),
  /** Directory to run in, relative to the plan file. @default the plan file's directory */
  cwd: z.string().min(1).optional(),
  /** The command is ended after this time and the task has failed. @default '1h' */
  timeout: duration.default('1h'),
  /** The command is ended, and the task has failed, when it has printed nothing for this time; shorter than `timeout`. @default none */
  idleTimeout: duration.optional(),
  /** How long a command may take to end after SIGTERM before SIGKILL. @default '10s' */
  grace: duration.default('10s'),
  /** `auto` waits for approval when the output is a pull request; an object says as `mode` when, and how it is decided. @default 'auto' */
  approval: z
    .union([z.enum(['auto', 'always', 'never']), approvalSchema], {
      error: ({ input }) =>
        isObject(input)
          ? undefined
          : 'expected "auto", "always", "never" or a policy such as { mode: "auto", required: 2 }',
    })
    .default('auto'),
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
    .array(z.enum(['exit', 'timeout', 'lost'], 'expected "exit", "timeout" or "lost"'))
    .readonly()
    .default(['exit', 'timeout', 'lost']),
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
   * which cancels the old one. @default 'run'
   */
  onOpen: z.enum(['skip', 'run', 'supersede'], 'expected "skip", "run" or "supersede"').default('run'),
  /** When it runs at all; without all of this it is skipped. @default always */
  when: conditionSchema.optional(),
  /** What the task was given, for the record. @default the command and its flags */
  inputs: z.record(z.string(), z.unknown()).optional(),
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
  /** When `nightshift up` starts a run: five cron fields. @default none, the plan runs by hand only */
  schedule: z.string().superRefine(checkCron).optional(),
  /** The time zone of the schedule. @default 'UTC' */
  timezone: z
    .string()
    .refine(isTimeZone, 'expected an IANA time zone, such as "Europe/Berlin"')
    .default('UTC'),
  /** Which due times that passed while nothing ran are made up for, within 12 hours. @default 'latest' */
  catchUp: z.enum(['skip', 'latest', 'all'], 'expected "skip", "latest" or "all"').default('latest'),
  /** How many of its tasks may run at once. @default 1 */
  concurrency: z.int().min(1).max(100).default(1),
  /** What of its runs the server tells, and when: `now`, in the morning's `digest`, or `never`. */
  notify: notifySchema.optional(),
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

function isPercent(value: unknown): boolean {
  const [, number] = /^(\d{1,2}(?:\.\d{1,3})?)%$/.exec(typeof value === 'string' ? value : '') ?? [];
  return Number(number) > 0;
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

function checkPlatforms(named: string | readonly string[], context: z.RefinementCtx): void {
  for (const name of typeof named === 'string' ? [named] : named) {
    const message = faultOfPlatform(name);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
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
