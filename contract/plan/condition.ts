import * as z from 'zod';
import { keepingKeys } from '../keptKeys.ts';
import { fileObject, option } from './option.ts';
import { faultOfPlatform } from './platforms.ts';
import { variableName } from './values.ts';

const oneOrMore = (what: string) =>
  z.union(
    [z.string().min(1), z.array(z.string().min(1)).min(1).readonly()],
    `expected ${what}, or a list of them`,
  );

const wanted = z.union([z.string(), z.boolean()], 'expected a string, true or false');

/** What a step may ask for before it runs; its worker alone judges it. */
export const conditionOptions = {
  platform: option({
    file: oneOrMore('a platform such as "linux", "darwin" or "win32"').superRefine(checkPlatforms).optional(),
    text: "the worker's system is this one, or one of a list: `'linux'`, `'darwin'`, `'win32'` …",
  }),
  branch: option({
    file: oneOrMore('the name of a branch such as "main" or "release/*"').optional(),
    text: "this branch is checked out in the step's directory, or one of a list; `*` matches anything: `'release/*'`",
  }),
  env: option({
    file: keepingKeys(z.record(variableName, wanted)).optional(),
    text: 'each variable of the worker has this value; `true`: any value, `false`: none',
  }),
  outputs: option({
    file: keepingKeys(z.record(z.string().refine(isOutputName, 'expected step.key'), wanted)).optional(),
    text: "each output of a needed step, as `'build.app.version'`, has this value; `true`: any value, `false`: none",
  }),
};

/** When a step runs at all. */
export const conditionFile = fileObject(conditionOptions);
/** When a step runs at all. */
export type Condition = z.output<typeof conditionFile>;

/** A dot with something before and behind it; both may have dots as well. */
function isOutputName(text: string): boolean {
  const dot = text.indexOf('.', 1);
  return dot > 0 && dot < text.length - 1 && !/[\r\n]/.test(text);
}

function checkPlatforms(named: string | readonly string[], context: z.RefinementCtx): void {
  for (const name of typeof named === 'string' ? [named] : named) {
    const message = faultOfPlatform(name);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }
}
