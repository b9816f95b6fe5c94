import type { ReactNode } from 'react';
import { filterTexts } from '../../texts/parts.ts';
import { Chips } from './Chips.tsx';
import type { FilterFields } from './fields.ts';
import css from './filters.module.css';
import { type RangeChoice, RangeFilter } from './RangeFilter.tsx';
import { SwitchFilter } from './SwitchFilter.tsx';
import { TextFilter } from './TextFilter.tsx';
import type { Filters } from './useFilters.ts';
import { WordFilter } from './WordFilter.tsx';

/** The filters of a view: what can be added, and what holds, each as a chip. `children` stand at its end. */
export function FilterBar<Fields extends FilterFields>({
  fields,
  filters,
  time = filterTexts.range,
  range,
  children,
}: {
  fields: Fields;
  filters: Filters<Fields>;
  /** Which time of the rows the range is about. @default when they started */
  time?: string;
  /** Which ranges are offered. */
  range?: RangeChoice;
  children?: ReactNode;
}): ReactNode {
  const { values } = filters;
  const setSome = (some: Record<string, readonly string[]>) =>
    filters.set(some as Parameters<typeof filters.set>[0]);
  const set = (flag: string, next: readonly string[]) => setSome({ [flag]: next });
  const of = (flag: string) => (values as Record<string, readonly string[]>)[flag] ?? [];
  const add = (flag: string, value: string) => set(flag, [...of(flag), value]);
  const firstText = Object.keys(fields).find((flag) => /^texts?$/.test(fields[flag]?.kind ?? ''));
  return (
    <section className={css.bar} aria-label={filterTexts.heading}>
      <div className={css.controls}>
        {Object.entries(fields).map(([flag, field]) => {
          if (field.kind === 'words')
            return (
              <WordFilter key={flag} field={field} chosen={of(flag)} onAdd={(word) => add(flag, word)} />
            );
          if (field.kind === 'texts')
            return (
              <TextFilter
                key={flag}
                label={field.label}
                isFirst={flag === firstText}
                onAdd={(text) => add(flag, text)}
              />
            );
          if (field.kind === 'text')
            return (
              <TextFilter
                key={flag}
                label={field.label}
                isFirst={flag === firstText}
                length={field}
                onAdd={(text) => set(flag, [text])}
              />
            );
          return null;
        })}
        {groupsOf(fields).map((group) => (
          <SwitchFilter key={group} group={group} fields={fields} values={values} onChange={setSome} />
        ))}
        {'since' in fields && 'until' in fields && (
          <RangeFilter
            label={time}
            {...range}
            since={of('since')[0]}
            until={of('until')[0]}
            onChange={(since, until) => setSome({ since: since ? [since] : [], until: until ? [until] : [] })}
          />
        )}
        <div className={css.tools}>{children}</div>
      </div>
      <Chips fields={fields} values={values} onChange={set} onClear={filters.clear} />
    </section>
  );
}

function groupsOf(fields: FilterFields): string[] {
  const groups = Object.values(fields).flatMap((field) => (field.kind === 'switch' ? [field.group] : []));
  return [...new Set(groups)];
}
