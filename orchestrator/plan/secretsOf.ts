import { secretVariables } from '../../contract/environment/secretVariables.ts';
import { ownValue } from '../../contract/ownValue.ts';
import type { OrchestratorConfig } from '../config.ts';
import { readKeyFile } from '../keyFile.ts';
import { secretTexts } from '../output/secretForms.ts';
import type { Plan } from './schema.ts';

/** Lists the values that are masked wherever output of a plan goes. */
export function secretsOf(
  config: Pick<OrchestratorConfig, 'variables'> & Partial<Pick<OrchestratorConfig, 'keyFile'>>,
  plan: Plan,
): string[] {
  const names = new Set([...secretVariables, ...plan.steps.flatMap((step) => step.secrets)]);
  const machineKey = config.keyFile === undefined ? undefined : readKeyFile(config.keyFile);
  return secretTexts([...[...names].map((name) => ownValue(config.variables, name)), machineKey]);
}
