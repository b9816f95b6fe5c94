import { commandLine } from '../../contract/commandLine.ts';
import { gatePolicyOf, onOpenOf } from '../../contract/plan/askingOptions.ts';
import { describeRunAs } from '../../contract/plan/runAs.ts';
import { plural } from '../../contract/text/plural.ts';
import { retryCauses } from '../../contract/words/attempts.ts';


import type { Condition, GatePolicy, Step } from '../plan/schema.ts';
import { narrowDetail, narrowWrapped } from './narrowing.ts';
import type { Printer } from './output.ts';

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
  fields: {
    task: ({ task }) => task,
    cmd: ({ cmd }) => cmd,
    env: ({ env }) => env,
    secrets: ({ secrets }) => secrets,
    needs: ({ needs }) => needs,
    when: ({ when }) => when ?? null,
    retries: ({ retries }) => retries,
    backoff: ({ backoff }) => backoff,
    retry_on: ({ retryOn }) => retryOn,
    lock: ({ lock }) => lock ?? null,
    labels: ({ labels }) => labels,
    cwd: ({ cwd }) => cwd ?? null,
    run_as: ({ runAs }) => runAs ?? null,
    timeout: ({ timeout }) => timeout,
    idle_timeout: ({ idleTimeout }) => idleTimeout ?? null,
    grace: ({ grace }) => grace,
    on_lost_contact: ({ onLostContact }) => onLostContact,
    approval: ({ approval }) => approval,
    gate: (step) => gatePolicyOf(step) ?? null,
    on_open: onOpenOf,
    repo: ({ repo }) => repo ?? null,
    inputs: ({ inputs }) => inputs ?? null,
  },
};

function describeOptions(step: Step): string[] {
  const {
    when,
    retries,
    lock,
    labels,
    idleTimeout,
    grace,
    onLostContact,
    onOpen,
    cwd,
    runAs,
    repo,
    secrets,
  } = step;
  return [
    ...(when === undefined ? [] : describeCondition(when).map((part) => `when ${part}`)),
    ...(retries === 0 ? [] : [describeRetries(step)]),
    ...(idleTimeout === undefined ? [] : [`idle timeout ${idleTimeout}`]),
    ...(grace === '10s' ? [] : [`grace ${grace}`]),
    ...(onLostContact === 'goOn' ? [] : ['stopped on lost contact']),
    ...(lock === undefined ? [] : [`lock ${lock}`]),
    ...(labels.length === 0 ? [] : [`labels ${labels.join(', ')}`]),
    ...describeGate(step),
    ...describeApproval(step),
    ...(onOpen === undefined || onOpen === 'run' ? [] : [`if an approval is pending: ${onOpen}`]),
    ...(repo === undefined ? [] : [`repo ${repo}`]),
    ...(cwd === undefined ? [] : [`in ${cwd}`]),
    ...(runAs === undefined ? [] : [`as ${describeRunAs(runAs)}`]),
    ...(secrets.length === 0 ? [] : [`secrets ${secrets.join(', ')}`]),
  ];
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
