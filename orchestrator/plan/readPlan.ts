import type * as z from 'zod';
import { describeRule } from '../../contract/input/describeRule.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { approvalOptions, gateOptions } from '../../contract/plan/approvalPolicy.ts';
import { backoffOptions } from '../../contract/plan/backoff.ts';
import { conditionOptions } from '../../contract/plan/condition.ts';
import { notifyOptions } from '../../contract/plan/notify.ts';
import type { Options } from '../../contract/plan/option.ts';
import { planFile, planOptions, unclaimedDefaults } from '../../contract/plan/plan.ts';
import { runAsOptions } from '../../contract/plan/runAs.ts';
import { stepOptions } from '../../contract/plan/step.ts';
import { readDuration } from '../../contract/text/duration.ts';
import { suggest } from '../../contract/text/suggest.ts';
import { faultsOfSteps } from './faultsOfSteps.ts';
import { faultsOfNeeds } from './needs.ts';
import type { Plan } from './schema.ts';

/** A plan that cannot be used; the message lists every fault with its step, its field, what was expected and what came. */
export class PlanError extends Error {
  override name = 'PlanError';
}

/** Checks what a plan file exports and fills in the defaults. @throws PlanError */
export function readPlan(value: unknown, file: string, defaultName: string): Plan {
  const parsed = planFile.safeParse(value);
  if (!parsed.success)
    throw faults(
      file,
      parsed.error.issues.flatMap((issue) => explain(issue, value)),
    );
  const plan: Plan = { ...parsed.data, name: parsed.data.name ?? defaultName, file };
  const repeated = duplicates(plan.steps.map((step) => step.task)).map(
    ([task, places]) =>
      `task "${task}" is used ${places.length} times (steps ${places.join(', ')}): give each step its own name.`,
  );
  const wrong = [
    ...repeated,
    ...faultsOfUnclaimed(plan),
    ...faultsOfNeeds(plan.steps),
    ...faultsOfSteps(plan.steps),
  ];
  if (wrong.length > 0) throw faults(file, wrong);
  return plan;
}

function faultsOfUnclaimed({ unclaimedAfter: after, unclaimedFails: fails }: Plan): string[] {
  const limits = { after: after ?? unclaimedDefaults.after, fails: fails ?? unclaimedDefaults.fails };
  if ((readDuration(limits.fails) ?? 0) >= (readDuration(limits.after) ?? 0)) return [];
  const told = `${after === undefined ? 'the default of ' : ''}"${limits.after}"`;
  const failed = `${fails === undefined ? 'the default of ' : ''}"${limits.fails}"`;
  return [
    `unclaimedFails: a task would fail after ${failed}, before it is told after ${told} that nobody asks for it; make unclaimedFails longer, or unclaimedAfter shorter.`,
  ];
}

function faults(file: string, lines: string[]): PlanError {
  return new PlanError(`${file} is not a valid plan:\n${lines.map((line) => `  - ${line}`).join('\n')}`);
}

function explain(issue: z.core.$ZodIssue, root: unknown): string[] {
  const where = place(issue.path, root);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path);
    return issue.keys.map((key) => {
      const meant = suggest(key, known);
      const advice = meant ? `did you mean "${meant}"?` : `known keys: ${known.join(', ')}.`;
      return `${where}: unknown key "${key}"; ${advice}`;
    });
  }
  const isObject = typeof at(root, issue.path) === 'object';
  if (issue.code === 'invalid_union' && isObject && !issue.message.startsWith('expected')) {
    // Of several forms the last one is the object that was meant.
    const inner = issue.errors.at(-1) ?? [];
    return inner.flatMap((one) => explain({ ...one, path: [...issue.path, ...one.path] }, root));
  }
  if (issue.code === 'invalid_key') {
    const key = String(issue.path.at(-1));
    return [
      `${place(issue.path.slice(0, -1), root)}: ${issue.issues[0]?.message ?? issue.message}, got "${key}".`,
    ];
  }
  const expected = issue.message.startsWith('expected')
    ? issue.message
    : (describeRule(issue)?.replace(/^must (?:be|have) /, 'expected ') ?? issue.message);
  return [`${where}: ${expected}${/, got /.test(expected) ? '' : `, got ${show(at(root, issue.path))}`}.`];
}

/** Names a place as people look for it: `step 2 (code.review), timeout`. */
function place(path: readonly PropertyKey[], root: unknown): string {
  if (path.length === 0) return 'plan';
  if (path[0] !== 'steps' || typeof path[1] !== 'number') return path.map(String).join('.');
  const task = at(root, ['steps', path[1], 'task']);
  const step = `step ${path[1] + 1}${typeof task === 'string' ? ` (${task})` : ''}`;
  return path.length === 2 ? step : `${step}, ${path.slice(2).map(String).join('.')}`;
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path[0] !== 'steps') return Object.keys(path[0] === 'notify' ? notifyOptions : planOptions);
  return Object.keys((typeof path[2] === 'string' && ownValue(innerOptions, path[2])) || stepOptions);
}

/** The options of a step that have options of their own. */
const innerOptions: Record<string, Options> = {
  when: conditionOptions,
  runAs: runAsOptions,
  backoff: backoffOptions,
  approval: approvalOptions,
  gate: gateOptions,
};

function at(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value === null || typeof value !== 'object' ? undefined : Reflect.get(value, key)),
    root,
  );
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function duplicates(names: readonly string[]): [string, number[]][] {
  const places = Map.groupBy(names.entries(), ([, name]) => name);
  return [...places]
    .filter(([, entries]) => entries.length > 1)
    .map(([name, entries]) => [name, entries.map(([index]) => index + 1)]);
}
