import { parseAsNativeArrayOf, parseAsString, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import { type FilterFields, type FilterValues, readValues } from './fields.ts';

/** The filters of a view, as they stand in its address. */
export interface Filters<Fields extends FilterFields> {
  values: FilterValues<Fields>;
  /** Sets some of them, and leaves the others as they are. */
  set(values: Partial<Record<keyof Fields & string, readonly string[]>>): void;
  clear(): void;
}

/** Reads the filters of a view from its address, and writes them there. Give it fields that stay the same. */
export function useFilters<Fields extends FilterFields>(fields: Fields): Filters<Fields> {
  const parsers = useMemo(
    () => Object.fromEntries(Object.keys(fields).map((flag) => [flag, parseAsNativeArrayOf(parseAsString)])),
    [fields],
  );
  const [given, setGiven] = useQueryStates(parsers, { history: 'push' });
  const values = useMemo(
    () =>
      Object.fromEntries(
        Object.entries(fields).map(([flag, field]) => [flag, readValues(field, given[flag] ?? [])]),
      ) as FilterValues<Fields>,
    [fields, given],
  );
  return {
    values,
    set: (some) => void setGiven(some as unknown as Record<string, string[]>),
    clear: () => void setGiven(null),
  };
}
