import { createHash } from 'node:crypto';
import * as z from 'zod';
import { jsonObject, name } from '../../contract/input/text.ts';
import { retryCauses } from '../../contract/words/attempts.ts';
import { approvalModes, onOpenModes } from '../../contract/words/plans.ts';
import { InvalidInputError } from '../input/errors.ts';
import { canonicalJson } from '../input/json.ts';
import { notifyRules } from './notifyRules.ts';
import { approvalPolicy } from './policy.ts';

const milliseconds = z.int().min(0).max(2_147_483_647);

/** So many steps a plan may have. */
export const maxSteps = 10_000;

const step = z.object({
  task: name(64),
  needs: z.array(name(64)).max(maxSteps).default([]),
  retries: z.int().min(0).max(20).default(0),
  backoff: z
    .object({ delayMs: milliseconds, factor: z.number().min(1).max(10), maxMs: milliseconds })
    .default({ delayMs: 10_000, factor: 2, maxMs: 600_000 }),
  retryOn: z
    .array(z.enum(retryCauses))
    .max(retryCauses.length)
    .default([...retryCauses]),
  lock: name(64).nullish(),
  labels: z.array(name(32)).max(10).default([]),
  /** Whose rights its command has, so that a worker whose plan says something else does not take it. Left out as `policy` is. */
  runAs: name(129).nullish(),
  onOpen: z.enum(onOpenModes).default('run'),
  approval: z.enum(approvalModes).default('auto'),
  /** Left out where the plan says nothing, so that the content of such a plan is known by the same hash as before. */
  policy: approvalPolicy.nullish(),
  /** How it is approved before it runs; left out where nobody is asked, as `policy` is. */
  gate: approvalPolicy.nullish(),
  /** The exit code that means skipped, 0 for none; left out where it is 77, as `policy` is. */
  skipCode: z.int().min(0).max(255).nullish(),
  inputs: jsonObject.nullish(),
});

/** What the server knows of a plan: names, order and limits, never a command. Times in milliseconds. */
export const planDefinition = z.object({
  name: name(48),
  concurrency: z.int().min(1).max(100).default(1),
  /** Left out where the plan says nothing, as `policy` is. */
  notify: notifyRules.nullish(),
  /** How long nobody may have asked for one of its tasks before that is told, and before the task fails; left out as `policy` is. */
  unclaimedAfterMs: milliseconds.min(1).nullish(),
  unclaimedFailsMs: milliseconds.min(1).nullish(),
  steps: z.array(step).min(1).max(maxSteps),
});
export type PlanDefinition = z.output<typeof planDefinition>;
export type StepDefinition = PlanDefinition['steps'][number];

/** The largest content of a plan, in bytes as JSON. */
const maxPlanBytes = 4 * 1024 * 1024;

/** Writes the content of a plan as JSON. @throws InvalidInputError when it is too large */
export function writeDefinition(definition: PlanDefinition): string {
  const text = JSON.stringify(definition);
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxPlanBytes) return text;
  const message = `expected at most ${maxPlanBytes} bytes of a plan as JSON, got ${bytes}`;
  throw new InvalidInputError([{ path: ['steps'], message, type: 'too_big' }]);
}

/** How long nobody asks for a task before that is told, and before it fails, where the plan does not say. */
const unclaimed = { afterMs: 3_600_000, failsMs: 86_400_000 };

/** When it is told that nobody asks for a task of a plan, and when the task fails, in milliseconds. */
export function unclaimedLimitsOf(plan: Pick<PlanDefinition, 'unclaimedAfterMs' | 'unclaimedFailsMs'>) {
  return {
    afterMs: plan.unclaimedAfterMs ?? unclaimed.afterMs,
    failsMs: plan.unclaimedFailsMs ?? unclaimed.failsMs,
  };
}

/** The hash of a plan's content: SHA-256 of its JSON with sorted keys. By which one the server knows it, its project says too. */
export function hashDefinition(definition: PlanDefinition): string {
  return createHash('sha256').update(canonicalJson(definition)).digest('hex');
}
