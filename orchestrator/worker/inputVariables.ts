import { shout } from './neededOutputs.ts';

/**
 * The variables by which a step reads what its run was given: `version` is `NIGHTSHIFT_INPUT_VERSION`, and
 * `NIGHTSHIFT_INPUTS` is the whole as JSON. What is no text is written as JSON; null is left out.
 */
export function inputVariables(inputs: Readonly<Record<string, unknown>> | null): Record<string, string> {
  if (inputs === null) return {};
  const entries = Object.entries(inputs)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return [`NIGHTSHIFT_INPUT_${shout(key)}`, text] as const;
    });
  return { ...Object.fromEntries(entries), NIGHTSHIFT_INPUTS: JSON.stringify(inputs) };
}
