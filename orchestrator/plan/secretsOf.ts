import { secretVariables } from '../../contract/environment/secretVariables.ts';
import { ownValue } from '../../contract/ownValue.ts';
import type { OrchestratorConfig } from '../config.ts';
import { readKeyFile } from '../keyFile.ts';
import { secretTexts } from '../output/secretForms.ts';
import type { Plan } from './schema.ts';

/** What was listed last for a plan, and of which values. */
const listed = new WeakMap<Plan, { values: readonly (string | undefined)[]; texts: string[] }>();

/**
 * Lists the values that are masked wherever output of a plan goes. While these stay the same, so does the list itself, for
 * which the search is made once and not with every attempt.
 */
export function secretsOf(
  config: Pick<OrchestratorConfig, 'variables'> & Partial<Pick<OrchestratorConfig, 'keyFile'>>,
  plan: Plan,
): string[] {
  const names = new Set([...secretVariables, ...plan.steps.flatMap((step) => step.secrets)]);
  const machineKey = config.keyFile === undefined ? undefined : readKeyFile(config.keyFile);
  const values = [...[...names].map((name) => ownValue(config.variables, name)), machineKey];
  const last = listed.get(plan);
  if (last?.values.length === values.length && last.values.every((value, index) => value === values[index]))
    return last.texts;
  const texts = secretTexts(values);
  listed.set(plan, { values, texts });
  return texts;
}
