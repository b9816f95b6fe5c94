import { isDeepStrictEqual } from 'node:util';
import { commandLine } from '../../contract/commandLine.ts';
import { gatePolicyOf, onOpenOf } from '../../contract/plan/askingOptions.ts';
import { describeRunAs } from '../../contract/plan/runAs.ts';
import { stepFile, stepOptions } from '../../contract/plan/step.ts';
import { plural } from '../../contract/text/plural.ts';
import { retryCauses } from '../../contract/words/attempts.ts';

import type { Condition, GatePolicy, Step } from '../plan/schema.ts';
import { narrowDetail, narrowWrapped } from './narrowing.ts';
import type { Printer } from './output.ts';

type OptionName = keyof typeof stepOptions;

const optionNames = Object.keys(stepOptions) as OptionName[];

/** How the steps of a plan are printed: what differs from the defaults has a line of its own. */
export const stepPrinter: Printer<Step> = {
  empty: '',
  columns: [
    { head: 'TASK', show: ({ task }) => task, narrow: narrowWrapped },
    { head: 'NEEDS', show: ({ needs }) => needs.join(', '), narrow: narrowWrapped },
    { head: 'COMMAND', show: ({ cmd }) => commandLine(cmd.flat()), narrow: narrowWrapped },
    { head: 'TIMEOUT', show: ({ timeout }) => timeout, narrow: narrowDetail },
    { head: 'OPTIONS', show: (step) => describeOptions(step).join('; '), narrow: narrowWrapped },
  ],
  fields: Object.fromEntries(
    optionNames.map((name) => [snakeCase(name), (step: Step) => fields[name]?.(step) ?? step[name] ?? null]),
  ),
};

/** What programs get of an option whose value alone does not say all of it. */
const fields: Partial<Record<OptionName, (step: Step) => unknown>> = {
  gate: gatePolicyOf,
  onOpen: onOpenOf,
};

/** What a step is where its plan says nothing. */
const usual: Step = stepFile.parse({ task: 'usual', cmd: ['true'] });

/** How an option is put that differs from the default; what is not here stands as its name and value. */
const lines: Partial<Record<OptionName, (step: Step) => string[]>> = {
  task: nothing,
  cmd: nothing,
  needs: nothing,
  timeout: nothing,
  env: nothing,
  inputs: nothing,
  when: ({ when }) => describeCondition(when ?? {}).map((part) => `when ${part}`),
  cwd: ({ cwd }) => [`in ${cwd}`],
  runAs: ({ runAs }) => (runAs === undefined ? [] : [`as ${describeRunAs(runAs)}`]),
  onLostContact: () => ['stopped on lost contact'],
  // With its pauses and what it is after.
  retries: (step) => [describeRetries(step)],
  backoff: nothing,
  retryOn: nothing,
  approval: describeApproval,
  gate: describeGate,
  onOpen: ({ onOpen }) => (onOpen === 'run' ? [] : [`if an approval is pending: ${onOpen}`]),
};

function describeOptions(step: Step): string[] {
  const differing = optionNames.filter((name) => !isDeepStrictEqual(step[name], usual[name]));
  return differing.flatMap(
    (name) =>
      lines[name]?.(step) ?? [`${snakeCase(name).replaceAll('_', ' ')} ${[step[name]].flat().join(', ')}`],
  );
}

function nothing(): string[] {
  return [];
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function describeRetries({ retries, retryOn, backoff }: Step): string {
  if (retryOn.length === 0) return 'no retries, since retryOn is empty';
  const causes = retryOn.length === retryCauses.length ? '' : ` after ${retryOn.join(' or ')}`;
  const { delay, factor, max } = backoff;
  const pauses = retries === 1 || factor === 1 ? delay : `${delay}, ×${factor} each, at most ${max}`;
  return `${plural(retries, 'retry', 'retries')}${causes}, pause ${pauses}`;
}

function describeGate(step: Step): string[] {
  const policy = gatePolicyOf(step);
  if (policy === undefined) return [];
  const how = step.gate === true ? [] : describePolicy(policy);
  return [`needs approval before it runs${how.length === 0 ? '' : ` (${how.join(', ')})`}`];
}

function describeApproval({ approval }: Step): string[] {
  if (typeof approval === 'string') return approval === 'auto' ? [] : [`approval ${approval}`];
  const { mode, onApprove, ...policy } = approval;
  return [
    ...(mode === 'auto' ? [] : [`approval ${mode}`]),
    ...describePolicy(policy),
    ...(onApprove === undefined || onApprove === 'none' ? [] : [`approved: ${onApprove}`]),
  ];
}

function describePolicy(policy: GatePolicy): string[] {
  const { approvers, required, denySelf, expiresAfter, onExpire, escalateTo, risk } = policy;
  return [
    ...(approvers === undefined ? [] : [`approved by ${approvers.join(' or ')}`]),
    ...(required === undefined ? [] : [`approved by ${plural(required, 'person', 'people')}`]),
    ...(denySelf ? ['no self-approval'] : []),
    ...(expiresAfter === undefined
      ? []
      : [`approval expires ${expiresAfter === 'never' ? 'never' : `after ${expiresAfter}`}`]),
    ...(onExpire === undefined ? [] : [`then: ${onExpire}`]),
    ...(escalateTo === undefined ? [] : [`to ${escalateTo.join(' and ')}`]),
    ...(risk === 'high' ? ['links need a key too'] : []),
  ];
}

function describeCondition({ platform, branch, env = {}, outputs = {} }: Condition): string[] {
  const list = (value: string | readonly string[]) => [value].flat().join(' or ');
  const variables = Object.entries(env).map(([name, wanted]) => [`$${name}`, wanted] as const);
  return [
    ...(platform === undefined ? [] : [`on ${list(platform)}`]),
    ...(branch === undefined ? [] : [`on branch ${list(branch)}`]),
    ...[...variables, ...Object.entries(outputs)].map(([what, wanted]) => {
      if (typeof wanted === 'string') return `${what} is ${JSON.stringify(wanted)}`;
      return `${what} is ${wanted ? 'set' : 'not set'}`;
    }),
  ];
}
