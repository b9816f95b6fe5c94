import type { ReactNode } from 'react';
import css from './table.module.css';

/** A column of a table. */
export interface Column<Row> {
  name: string;
  cell(row: Row): ReactNode;
  /** Whether there is nothing in the cell, so that a card leaves it out. */
  isEmpty?(row: Row): boolean;
}

/** A small table within a view, as cards where it is too wide. */
export function Table<Row>({
  columns,
  rows,
  keyOf,
  label,
  none,
  isSmall = false,
}: {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  label: string;
  /** What stands in its place where there are no rows. */
  none: string;
  /** Whether it fits everywhere, and never needs cards. */
  isSmall?: boolean;
}): ReactNode {
  if (rows.length === 0) return <p className="muted">{none}</p>;
  return (
    <div className={`${css.scroll} ${css.inner}`}>
      <table className={isSmall ? css.table : `${css.table} ${css.cards}`} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, cell, isEmpty }) => (
                <td
                  key={name}
                  data-label={name}
                  data-empty={isEmpty?.(row) || undefined}
                  className={css.text}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
