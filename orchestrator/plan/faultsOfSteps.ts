import { secretVariables } from '../../contract/environment/secretVariables.ts';
import { knownPolicy, policyDefaults } from '../../contract/plan/approvalPolicy.ts';
import { type FaultyField, faultyFieldsOf } from '../../contract/plan/policyRules.ts';
import { findTwins, toEnvName } from '../../contract/stepEnvironment.ts';
import { readDuration } from '../../contract/text/duration.ts';
import { plural } from '../../contract/text/plural.ts';
import { splitOutputName } from './condition.ts';
import type { GatePolicy, Step } from './schema.ts';

/** Lists the faults of steps that involve several of their fields. */
export function faultsOfSteps(steps: readonly Step[]): string[] {
  const secrets = new Set<string>([...secretVariables, ...steps.flatMap((step) => step.secrets)]);
  return steps.flatMap((step, index) => {
    const where = `step ${index + 1} (${step.task})`;
    const found = [
      ...faultsOfOutputs(step),
      ...faultsOfNames(step),
      ...faultsOfVariables(step, secrets),
      ...faultsOfTimes(step),
      ...faultsOfApproval(step),
    ];
    return found.map((fault) => `${where}, ${fault}`);
  });
}

/** Only the outputs of needed steps are there when a step is about to start. */
function faultsOfOutputs({ needs, when }: Step): string[] {
  const known = needs.length === 0 ? 'it needs none' : `it needs ${needs.join(', ')}`;
  return Object.keys(when?.outputs ?? {})
    .filter((name) => splitOutputName(name, needs) === undefined)
    .map(
      (name) =>
        `when.outputs: "${name}" is not an output of a step that this one needs; ${known}. Add that step to needs, and write step.key.`,
    );
}

/** Its outputs would be variables that mean something else already. */
const reservedNames = new Set(['INPUT', 'RUN', 'ENV', 'KEY']);

/** The outputs of the steps that it needs reach a step as variables, which must be told apart. */
function faultsOfNames({ needs }: Step): string[] {
  const twins = findTwins(needs);
  const reserved = needs.filter((need) => reservedNames.has(toEnvName(need)));
  return [
    ...(twins
      ? [
          `needs: the outputs of "${twins[0]}" and "${twins[1]}" would be the same variables, NIGHTSHIFT_${toEnvName(twins[0])}_…; rename one of the two steps.`,
        ]
      : []),
    ...reserved.map(
      (need) =>
        `needs: the outputs of "${need}" would be variables that Nightshift uses itself, NIGHTSHIFT_${toEnvName(need)}_…; rename that step.`,
    ),
  ];
}

/** The value that a condition wants appears in the reason of a skip, so it must not be a secret. */
function faultsOfVariables({ when }: Step, secrets: ReadonlySet<string>): string[] {
  return Object.entries(when?.env ?? {})
    .filter(([name, wanted]) => secrets.has(name) && typeof wanted === 'string')
    .map(
      ([name]) =>
        `when.env: ${name} is a secret, and its value must not be in a plan. Write true (set) or false (not set).`,
    );
}

function faultsOfTimes({ timeout, idleTimeout }: Step): string[] {
  if (idleTimeout === undefined || (readDuration(idleTimeout) ?? 0) < (readDuration(timeout) ?? 0)) return [];
  return [
    `idleTimeout: "${idleTimeout}" would never take effect, since the timeout of "${timeout}" ends the command first; make it shorter, or the timeout longer.`,
  ];
}

function faultsOfApproval({ approval, gate }: Step): string[] {
  const own = typeof approval === 'string' ? undefined : approval;
  return [
    ...(own ? faultsOfPolicy('approval', own) : []),
    ...(gate === undefined || gate === true ? [] : faultsOfPolicy('gate', gate)),
    ...((gate === true ? own : gate)?.onExpire === 'approve'
      ? [
          'gate: onExpire "approve" would run a step that nobody reviewed. Write "expire", "reject" or "escalate", or give the gate its own policy.',
        ]
      : []),
  ];
}

function faultsOfPolicy(field: 'approval' | 'gate', policy: GatePolicy): string[] {
  const { onExpire, expiresAfter } = policy;
  const faults = faultyFieldsOf(knownPolicy(policy)).map(
    (faulty) => `${field}.${faulty}: ${policyFaults[faulty](policy)}`,
  );
  if (onExpire !== undefined && expiresAfter === 'never')
    faults.push(
      `${field}.onExpire: "${onExpire}" would never happen, since expiresAfter is "never". Remove one of the two.`,
    );
  return faults;
}

const policyFaults: Record<FaultyField, (policy: GatePolicy) => string> = {
  required: ({ required = policyDefaults.required, approvers }) =>
    `${plural(required, 'person', 'people')} must approve, but only ${new Set(approvers).size} can. Name more approvers, or require fewer.`,
  onExpire: () =>
    '"approve" would approve without a review, which approvers, required above 1, denySelf and risk "high" ask for. Write "expire", "reject" or "escalate".',
  escalateTo: () =>
    'onExpire "escalate" needs someone to escalate to. Name viewers or groups, such as ["group:leads"].',
};
