import { toInputEnvName, toOutputEnvName } from '../../contract/stepEnvironment.ts';

/** What Nightshift tells every command by itself. */
const ownVariables = [
  'NIGHTSHIFT_OUTPUT',
  'NIGHTSHIFT_RUN_ID',
  'NIGHTSHIFT_TASK',
  'NIGHTSHIFT_DATA',
  'NIGHTSHIFT_ATTEMPT',
];

/** The variables of a step, or two things that would make one. */
export type NeedsVariables =
  | { variables: Record<string, string> }
  | { clash: { variable: string; first: string; second: string } };

/**
 * The variables by which a step reads what its run was given, and the outputs of those that it needs: the input
 * `version` is `NIGHTSHIFT_INPUT_VERSION`, `NIGHTSHIFT_INPUTS` is all inputs as JSON, and the output `version=3` of
 * `build.app` is `NIGHTSHIFT_BUILD_APP_VERSION`. An input that is no text is written as JSON; null is left out.
 */
export function needsVariables(
  inputs: Readonly<Record<string, unknown>> | null,
  needs: Readonly<Record<string, Readonly<Record<string, string>>>>,
): NeedsVariables {
  const variables = new Map<string, string>();
  const origins = new Map(ownVariables.map((name) => [name, 'Nightshift']));
  for (const { name, value, origin } of [...inputEntries(inputs), ...outputEntries(needs)]) {
    const first = origins.get(name);
    if (first !== undefined) return { clash: { variable: name, first, second: origin } };
    origins.set(name, origin);
    variables.set(name, value);
  }
  return { variables: Object.fromEntries(variables) };
}

interface Entry {
  name: string;
  value: string;
  /** What it is, for people. */
  origin: string;
}

function inputEntries(inputs: Readonly<Record<string, unknown>> | null): Entry[] {
  if (inputs === null) return [];
  const each = Object.entries(inputs)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ({
      name: toInputEnvName(key),
      value: typeof value === 'string' ? value : JSON.stringify(value),
      origin: `the input ${key}`,
    }));
  return [...each, { name: 'NIGHTSHIFT_INPUTS', value: JSON.stringify(inputs), origin: 'all inputs' }];
}

function outputEntries(needs: Readonly<Record<string, Readonly<Record<string, string>>>>): Entry[] {
  return Object.entries(needs).flatMap(([task, outputs]) =>
    Object.entries(outputs).map(([key, value]) => ({
      name: toOutputEnvName(task, key),
      value,
      origin: `the output ${key} of ${task}`,
    })),
  );
}
