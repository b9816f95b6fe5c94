import * as z from 'zod';
import { keepingKeys } from '../../contract/keptKeys.ts';
import { faultOfPlatform } from '../../contract/plan/platforms.ts';

/** The name of an environment variable. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable');

const oneOrMore = (what: string) =>
  z.union(
    [z.string().min(1), z.array(z.string().min(1)).min(1).readonly()],
    `expected ${what}, or a list of them`,
  );

/** When a step runs at all. */
export const conditionSchema = z.strictObject({
  /** The worker's system, as `process.platform` names it. */
  platform: oneOrMore('a platform such as "linux", "darwin" or "win32"')
    .superRefine(checkPlatforms)
    .optional(),
  /** The branch that is checked out where the step runs; `*` stands for anything. */
  branch: oneOrMore('the name of a branch such as "main" or "release/*"').optional(),
  /** Variables of the worker: a text must be the value, `true` asks for any value and `false` for none. */
  env: keepingKeys(
    z.record(variableName, z.union([z.string(), z.boolean()], 'expected a text, true or false')),
  ).optional(),
  /** Outputs of needed steps, as `step.key`: a text must be the value, `true` asks for any value and `false` for none. */
  outputs: keepingKeys(
    z.record(
      z.string().refine(isOutputName, 'expected step.key'),
      z.union([z.string(), z.boolean()], 'expected a text, true or false'),
    ),
  ).optional(),
});

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
