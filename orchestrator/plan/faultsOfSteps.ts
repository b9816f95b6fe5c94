import { secretVariables } from '../../contract/secretVariables.ts';
import { splitOutputName } from './condition.ts';
import { readDuration } from './duration.ts';
import type { Step } from './schema.ts';

/** Lists what is wrong with steps that no single one of their fields tells. */
export function faultsOfSteps(steps: readonly Step[]): string[] {
  const secrets = new Set<string>([...secretVariables, ...steps.flatMap((step) => step.secrets)]);
  return steps.flatMap((step, index) => {
    const where = `step ${index + 1} (${step.task})`;
    const found = [
      ...faultsOfOutputs(step),
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
        `when.outputs: "${name}" is no output of a step that this one needs; ${known}. Add the step to its needs, and write step.key.`,
    );
}

/** What a variable must be is told as the reason of a skip. */
function faultsOfVariables({ when }: Step, secrets: ReadonlySet<string>): string[] {
  return Object.entries(when?.env ?? {})
    .filter(([name, wanted]) => secrets.has(name) && typeof wanted === 'string')
    .map(
      ([name]) =>
        `when.env: ${name} is a secret, whose value must not stand in a plan; write true or false, for whether it is there.`,
    );
}

function faultsOfTimes({ timeout, idleTimeout }: Step): string[] {
  if (idleTimeout === undefined || (readDuration(idleTimeout) ?? 0) < (readDuration(timeout) ?? 0)) return [];
  return [
    `idleTimeout: "${idleTimeout}" would never come, since the timeout of "${timeout}" ends the command before; make it shorter, or the timeout longer.`,
  ];
}

function faultsOfApproval({ approval }: Step): string[] {
  if (typeof approval === 'string') return [];
  const { approvers = [], escalateTo = [], required = 1, denySelf = false, risk } = approval;
  const { onExpire, expiresAfter } = approval;
  const faults: string[] = [];
  const hasGroup = approvers.some((one) => one.startsWith('group:'));
  if (approvers.length > 0 && !hasGroup && new Set(approvers).size < required)
    faults.push(
      `approval.required: ${required} people must approve and only ${new Set(approvers).size} may. Name more approvers, or require fewer.`,
    );
  if (onExpire === 'approve' && (approvers.length > 0 || required > 1 || denySelf || risk === 'high'))
    faults.push(
      'approval.onExpire: "approve" approves what nobody looked at, and approvers, required over 1, denySelf or risk "high" ask that people do. Write "expire", "reject" or "escalate".',
    );
  if (onExpire === 'escalate' && escalateTo.length === 0)
    faults.push(
      'approval.escalateTo: nobody is named to escalate to. Name viewers or groups, such as ["group:leads"].',
    );
  if (onExpire !== undefined && expiresAfter === 'never')
    faults.push(
      `approval.onExpire: "${onExpire}" would never come, since it expires "never". Leave one of the two out.`,
    );
  return faults;
}
