import { RefusedError } from '../../client/index.ts';

/**
 * Has a refusal name what was written on the command line instead of the API's field.
 * @throws what `take` throws
 */
export function nameArguments<T>(names: ReadonlyMap<string, string>, take: () => T): T {
  try {
    return take();
  } catch (error) {
    const [, field = ''] = (error instanceof RefusedError && /^`(\w+)(?:\.\w+)*`/.exec(error.message)) || [];
    const name = names.get(field);
    if (name === undefined || !(error instanceof RefusedError)) throw error;
    throw new RefusedError({ ...error.result, message: error.message.replace(/^`[^`]*`/, name) });
  }
}
