import { ownValue } from '../../contract/ownValue.ts';
import { knownSecrets, type OrchestratorConfig } from '../config.ts';
import { secretTexts } from '../output/secretForms.ts';
import type { Plan } from './schema.ts';

/** Lists the values that are masked wherever output of a plan goes. */
export function secretsOf(config: Pick<OrchestratorConfig, 'variables'>, plan: Plan): string[] {
  const names = new Set([...knownSecrets, ...plan.steps.flatMap((step) => step.secrets)]);
  return secretTexts([...names].map((name) => ownValue(config.variables, name)));
}
