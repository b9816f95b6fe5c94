import { ownValue } from '../contract/ownValue.ts';
import { InvalidInputError } from '../domain/input/errors.ts';

/**
 * Reads a filter of which some fields have other names here than in the domain.
 * @throws InvalidInputError that names the field as the caller wrote it
 */
export function inFilter<T>(ownNames: Readonly<Record<string, string>>, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof InvalidInputError ? renamed(error, ownNames) : error;
  }
}

function renamed(
  { issues }: InvalidInputError,
  ownNames: Readonly<Record<string, string>>,
): InvalidInputError {
  return new InvalidInputError(
    issues.map((issue) => {
      const [field, ...rest] = issue.path;
      return { ...issue, path: ['filter', ownValue(ownNames, String(field)) ?? String(field), ...rest] };
    }),
  );
}
