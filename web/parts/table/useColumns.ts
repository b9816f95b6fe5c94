import { parseAsArrayOf, parseAsStringLiteral, useQueryState } from 'nuqs';
import { useMemo } from 'react';

/** The columns that a table shows, as they stand in the address; the usual ones where it names none. */
export function useColumns<Column extends string>(
  columns: readonly Column[],
  usual: readonly Column[],
  fixed: Column,
): [readonly Column[], (chosen: readonly Column[]) => void] {
  const parser = useMemo(() => parseAsArrayOf(parseAsStringLiteral(columns)), [columns]);
  const [given, setGiven] = useQueryState('columns', parser.withOptions({ history: 'replace' }));
  const chosen = useMemo(
    () => columns.filter((column) => column === fixed || (given ?? usual).includes(column)),
    [columns, usual, fixed, given],
  );
  return [chosen, (next) => void setGiven(next.join() === usual.join() ? null : [...next])];
}
