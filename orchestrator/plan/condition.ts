import { ownValue } from '../../contract/ownValue.ts';
import type { Condition } from './schema.ts';

/** What a condition is held against. */
export interface Circumstances {
  platform: string;
  /** The branch that is checked out; undefined outside a repository or without one. */
  branch(): Promise<string | undefined>;
  env: Readonly<Record<string, string | undefined>>;
  /** The outputs of each needed step, by its name. */
  outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Says what of a condition does not hold, as the reason of a skip; undefined when all of it does. */
export async function unmetCondition(
  condition: Condition,
  circumstances: Circumstances,
): Promise<string | undefined> {
  const { platform, branch, env = {}, outputs = {} } = condition;
  if (platform !== undefined && !listOf(platform).includes(circumstances.platform))
    return `runs on ${listOf(platform).join(', ')} only, and this is ${circumstances.platform}`;
  if (branch !== undefined) {
    const present = await circumstances.branch();
    if (present === undefined || !listOf(branch).some((pattern) => fits(present, pattern)))
      return `runs on branch ${listOf(branch).join(', ')} only, and this is ${present ?? 'none'}`;
  }
  for (const [name, wanted] of Object.entries(env)) {
    const unmet = compare(`$${name}`, ownValue(circumstances.env, name), wanted);
    if (unmet !== undefined) return unmet;
  }
  for (const [name, wanted] of Object.entries(outputs)) {
    const unmet = compare(`the output ${name}`, outputNamed(name, circumstances.outputs), wanted);
    if (unmet !== undefined) return unmet;
  }
  return undefined;
}

/** Splits `step.key` where the name of a step ends; both may have dots. */
export function splitOutputName(
  name: string,
  steps: readonly string[],
): { step: string; key: string } | undefined {
  const step = steps.filter((one) => name.startsWith(`${one}.`)).sort((a, b) => b.length - a.length)[0];
  return step === undefined ? undefined : { step, key: name.slice(step.length + 1) };
}

function outputNamed(name: string, outputs: Circumstances['outputs']): string | undefined {
  const found = splitOutputName(name, Object.keys(outputs));
  return found && ownValue(ownValue(outputs, found.step) ?? {}, found.key);
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** Says whether a text is a pattern's, in which `*` stands for anything; the first place of each part is as good as any. */
function fits(text: string, pattern: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  const last = parts.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function compare(what: string, value: string | undefined, wanted: string | boolean): string | undefined {
  const isSet = value !== undefined && value !== '';
  if (typeof wanted === 'string')
    return value === wanted ? undefined : `runs only if ${what} is ${JSON.stringify(wanted)}`;
  if (wanted === isSet) return undefined;
  return wanted ? `runs only if ${what} is set` : `runs only if ${what} is not set`;
}
