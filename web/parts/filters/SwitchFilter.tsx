import type { ReactNode } from 'react';
import { filterTexts } from '../../texts/parts.ts';
import { type FilterFields, type FilterValues, isOn } from './fields.ts';

/** Chooses one of the switches of a group, or none. */
export function SwitchFilter({
  group,
  fields,
  values,
  onChange,
}: {
  group: string;
  fields: FilterFields;
  values: FilterValues;
  onChange: (values: Record<string, readonly string[]>) => void;
}): ReactNode {
  const flags = Object.entries(fields).flatMap(([flag, field]) =>
    field.kind === 'switch' && field.group === group ? [{ flag, label: field.label }] : [],
  );
  const chosen = flags.find(({ flag }) => (values[flag] ?? []).length > 0)?.flag ?? '';
  return (
    <select
      aria-label={group}
      value={chosen}
      onChange={({ target: { value } }) =>
        onChange(Object.fromEntries(flags.map(({ flag }) => [flag, flag === value ? [isOn] : []])))
      }
    >
      <option value="">{filterTexts.any(group)}</option>
      {flags.map(({ flag, label }) => (
        <option key={flag} value={flag}>
          {`${group}: ${label}`}
        </option>
      ))}
    </select>
  );
}
