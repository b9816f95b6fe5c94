import { RefusedError } from '../../client/index.ts';

/**
 * Has a refusal name what was written on the command line instead of the API's field.
 * @throws what `take` throws
 */
export function nameArguments<T>(names: ReadonlyMap<string, string>, take: () => T): T {
  try {
    return take();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const [, path = ''] = /^`([\w.]+)`/.exec(error.message) ?? [];
    const name = path.split('.').flatMap((field) => names.get(field) ?? [])[0];
    if (name === undefined) throw error;
    throw new RefusedError({ ...error.result, message: error.message.replace(/^`[^`]*`/, name) });
  }
}
