import { createHash } from 'node:crypto';
import { maxPlanBytes, type PlanDefinition, unclaimedDefaults } from '../../contract/plan/plan.ts';
import { toMilliseconds } from '../../contract/plan/values.ts';
import { InvalidInputError } from '../input/errors.ts';
import { canonicalJson } from '../input/json.ts';

export { maxSteps } from '../../contract/plan/commandOptions.ts';
export { type PlanDefinition, planDefinition } from '../../contract/plan/plan.ts';
export type { StepDefinition } from '../../contract/plan/step.ts';

/** Writes the content of a plan as JSON. @throws InvalidInputError when it is too large */
export function writeDefinition(definition: PlanDefinition): string {
  const text = JSON.stringify(definition);
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxPlanBytes) return text;
  const message = `expected at most ${maxPlanBytes} bytes of a plan as JSON, got ${bytes}`;
  throw new InvalidInputError([{ path: ['steps'], message, type: 'too_big' }]);
}

/** When it is told that nobody asks for a task of a plan, and when the task fails, in milliseconds. */
export function unclaimedLimitsOf(plan: Pick<PlanDefinition, 'unclaimedAfterMs' | 'unclaimedFailsMs'>) {
  return {
    afterMs: plan.unclaimedAfterMs ?? toMilliseconds(unclaimedDefaults.after),
    failsMs: plan.unclaimedFailsMs ?? toMilliseconds(unclaimedDefaults.fails),
  };
}

/** The hash of a plan's content: SHA-256 of its JSON with sorted keys. By which one the server knows it, its project says too. */
export function hashDefinition(definition: PlanDefinition): string {
  return createHash('sha256').update(canonicalJson(definition)).digest('hex');
}
