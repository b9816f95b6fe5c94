import { shellWord } from '../../../contract/text/shellWord.ts';
import type { FilterValues } from './fields.ts';

/** Writes the command that lists the same: the filters are its flags. There a comma parts values, unless `\,` is written. */
export function toCommand(command: string, values: FilterValues): string {
  const flags = Object.entries(values).flatMap(([flag, all]) =>
    all.map((value) => `--${flag} ${shellWord(value.replaceAll(',', '\\,'))}`),
  );
  return [command, ...flags].join(' ');
}
