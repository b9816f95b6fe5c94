import type { Client } from '../../client/index.ts';
import { readDuration } from '../../contract/text/duration.ts';
import { maskSecrets } from '../output/maskSecrets.ts';
import { describeRunAs } from './runAsSchema.ts';
import type { ApprovalMode, GatePolicy, Plan, Step } from './schema.ts';

/** The content of a plan as the server knows it: names, order and limits, no command's environment and no secret. */
export function planInput(plan: Plan, secrets: readonly string[]) {
  return {
    name: plan.name,
    concurrency: plan.concurrency,
    ...(plan.notify === undefined ? {} : { notify: plan.notify }),
    ...(plan.unclaimedAfter && { unclaimedAfterMs: readDuration(plan.unclaimedAfter) ?? null }),
    ...(plan.unclaimedFails && { unclaimedFailsMs: readDuration(plan.unclaimedFails) ?? null }),
    steps: plan.steps.map((step) => ({
      task: step.task,
      needs: [...step.needs],
      retries: step.retries,
      backoff: {
        delayMs: readDuration(step.backoff.delay) ?? 0,
        factor: step.backoff.factor,
        maxMs: readDuration(step.backoff.max) ?? 0,
      },
      retryOn: [...step.retryOn],
      ...(step.lock === undefined ? {} : { lock: step.lock }),
      labels: [...step.labels],
      ...(step.runAs === undefined ? {} : { runAs: describeRunAs(step.runAs) }),
      onOpen: onOpenOf(step),
      ...(step.skipCode === 77 ? {} : { skipCode: step.skipCode || 0 }),
      ...approvalOf(step),
      ...gateOf(step),
      inputs: stepInputs(step, secrets),
    })),
  };
}

/** The content of a plan, in the words of plan files. */
export type PlanContent = ReturnType<typeof planInput>;

/** When a step awaits approval, whichever way its plan says so. */
export function approvalMode({ approval }: Step): ApprovalMode {
  return typeof approval === 'string' ? approval : approval.mode;
}

/** What a step does while earlier work of it is open; what waits to run is meant to be the latest. */
export function onOpenOf({ onOpen, gate }: Step): NonNullable<Step['onOpen']> {
  return onOpen ?? (gate === undefined ? 'run' : 'supersede');
}

/** The policy by which a step is approved before it runs; undefined where nobody is asked. */
export function gatePolicyOf({ gate, approval }: Step): GatePolicy | undefined {
  if (gate !== true) return gate;
  if (typeof approval === 'string') return {};
  const { mode: _mode, onApprove: _onApprove, ...own } = approval;
  return own;
}

/** When a step awaits approval, and its policy where the plan says something of it. */
function approvalOf({ approval }: Step) {
  if (typeof approval === 'string') return { approval };
  const { mode, ...own } = approval;
  const policy = policyInput(own);
  return { approval: mode, ...(Object.keys(policy).length > 0 ? { policy } : {}) };
}

function gateOf(step: Step) {
  const policy = gatePolicyOf(step);
  return policy === undefined ? {} : { gate: policyInput(policy) };
}

function policyInput<P extends GatePolicy>({ expiresAfter, approvers, escalateTo, remind, ...rest }: P) {
  return {
    ...rest,
    ...(approvers && { approvers: [...approvers] }),
    ...(escalateTo && { escalateTo: [...escalateTo] }),
    ...(remind && { remind: remind.map((percent) => Number.parseFloat(percent) / 100) }),
    ...(expiresAfter && { expiresAfterMs: readDuration(expiresAfter) ?? null }),
  };
}

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
