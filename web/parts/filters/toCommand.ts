import { ownValue } from '../../../contract/ownValue.ts';
import { shellWord } from '../../../contract/text/shellWord.ts';
import type { FilterFields, FilterValues } from './fields.ts';

/** Writes the command that lists the same: the filters are its flags. There a comma parts values, unless `\,` is written. */
export function toCommand<Fields extends FilterFields>(
  command: string,
  fields: Fields,
  values: FilterValues<Fields>,
): string {
  const flags = Object.entries<FilterFields[string]>(fields).flatMap(([flag, { kind }]) =>
    (ownValue<FilterValues>(values, flag) ?? []).map((value) => {
      if (kind === 'switch') return `--${flag}`;
      return `--${flag} ${shellWord(kind === 'text' ? value : value.replaceAll(',', '\\,'))}`;
    }),
  );
  return [command, ...flags].join(' ');
}
