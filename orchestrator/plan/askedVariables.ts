import { EnvFileError, lostMessage, lostVariables } from '../../contract/environment/envFiles.ts';
import { ownValue } from '../../contract/ownValue.ts';
import type { OrchestratorConfig } from '../config.ts';
import type { Plan } from './schema.ts';

/**
 * Refuses a plan that asks for variables which are nowhere but in `.env`, under names that do not count there.
 * @throws EnvFileError
 */
export function refuseLostOfPlan(
  plan: Plan,
  config: Pick<OrchestratorConfig, 'envFiles' | 'variables'>,
): void {
  const lost = lostVariables(config.envFiles, config.variables, askedVariables(plan));
  if (lost.length > 0) throw new EnvFileError(`${plan.file}: ${lostMessage(lost, { isAsked: true })}`);
}

/** What is said of secrets that steps of a plan ask for and that are set nowhere here; undefined where all are set. */
export function describeUnset(
  { steps }: Plan,
  { variables }: Pick<OrchestratorConfig, 'variables'>,
): string | undefined {
  const lines = steps.flatMap(({ task, secrets }) => {
    const unset = secrets.filter((name) => !ownValue(variables, name));
    return unset.length === 0 ? [] : [`${unset.join(', ')} (step ${task})`];
  });
  return lines.length === 0
    ? undefined
    : `Secrets that are not set here: ${lines.join('; ')}. Steps run without them.`;
}

/** The variables that the steps of a plan take from their worker: secrets, those that are passed on, and conditions. */
function askedVariables({ steps }: Plan): string[] {
  const names = steps.flatMap(({ secrets, env, when }) => [
    ...secrets,
    ...Object.entries(env).flatMap(([name, value]) => (value === true ? [name] : [])),
    ...Object.keys(when?.env ?? {}),
  ]);
  return [...new Set(names)];
}
