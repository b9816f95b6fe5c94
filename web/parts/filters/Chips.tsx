import type { ReactNode } from 'react';
import { readDuration } from '../../../contract/text/duration.ts';
import { visibleText } from '../../../contract/text/visibleText.ts';
import { useShared } from '../../data/shared.ts';
import { writeTime } from '../../format/time.ts';
import { zoneChoice, zoneOf } from '../../format/zone.ts';
import { filterTexts } from '../../texts/parts.ts';
import { type FilterField, type FilterFields, type FilterValues, momentOf } from './fields.ts';
import css from './filters.module.css';

/** Every filter that holds, with a button that takes it away. */
export function Chips({
  fields,
  values,
  onChange,
  onClear,
}: {
  fields: FilterFields;
  values: FilterValues;
  onChange: (flag: string, values: readonly string[]) => void;
  onClear: () => void;
}): ReactNode {
  const zone = zoneOf(useShared(zoneChoice));
  const chips = Object.entries(fields).flatMap(([flag, field]) =>
    (values[flag] ?? []).map((value) => ({
      flag,
      value,
      label: nameOf(field, value, zone),
    })),
  );
  if (chips.length === 0) return null;
  return (
    <ul className={css.chips}>
      {chips.map(({ flag, value, label }) => (
        <li key={`${flag} ${value}`}>
          <button
            type="button"
            className={css.chip}
            aria-label={filterTexts.remove(label)}
            onClick={() =>
              onChange(
                flag,
                (values[flag] ?? []).filter((other) => other !== value),
              )
            }
          >
            <bdi>{label}</bdi>
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <path d="m3 3 6 6m0-6-6 6" />
            </svg>
          </button>
        </li>
      ))}
      <li>
        <button type="button" className={`plain ${css.clear}`} onClick={onClear}>
          {filterTexts.clear}
        </button>
      </li>
    </ul>
  );
}

function nameOf(field: FilterField, value: string, zone: string): string {
  if (field.kind === 'switch') return `${field.group}: ${field.label}`;
  return `${field.label}: ${read(field, value, zone)}`;
}

function read(field: Exclude<FilterField, { kind: 'switch' }>, value: string, zone: string): string {
  if (field.kind === 'words') return field.read[value] ?? value;
  if (field.kind === 'texts' || field.kind === 'text') return visibleText(value);
  if (readDuration(value) !== undefined) return filterTexts.ago(value);
  const at = momentOf(value);
  return at === undefined ? value : writeTime(new Date(at), zone);
}
