import { EnvFileError, lostMessage, lostVariables } from '../../contract/envFiles.ts';
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
  if (lost.length > 0) throw new EnvFileError(`${plan.file}: ${lostMessage(lost)}`);
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
