import { knownPlan } from '../../contract/plan/plan.ts';
import { maskSecrets } from '../output/maskSecrets.ts';
import type { Plan, Step } from './schema.ts';

/** The content of a plan as the server knows it: names, order and limits, no command's environment and no secret. */
export function planInput(plan: Plan, secrets: readonly string[]) {
  const { steps, ...known } = knownPlan(plan);
  const inputs = plan.steps.map((step) => stepInputs(step, secrets));
  return { ...known, steps: steps.map((step, index) => ({ ...step, inputs: inputs[index] })) };
}

/** The content of a plan, in the words of plan files. */
export type PlanContent = ReturnType<typeof planInput>;

/** What a task was given, for the record: what the step says, else its command and flags; secrets are masked. */
export function stepInputs(step: Step, secrets: readonly string[]): Record<string, unknown> {
  const [file, args = []] = step.cmd;
  const inputs = step.inputs ?? { cmd: [file, ...args], flags: args.filter((arg) => /^-.*[^-]/.test(arg)) };
  return masked(inputs, secrets) as Record<string, unknown>;
}

/** Masks every text of a value, keys included. */
function masked(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return maskSecrets(value, secrets);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => masked(item, secrets));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [maskSecrets(key, secrets), masked(item, secrets)]),
  );
}
