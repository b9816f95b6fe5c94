import type { ReactNode } from 'react';
import table from './table.module.css';

/** A column of a list: how a cell is shown, and what the CSV has; cells without that are left out of cards. */
export interface ListColumn<Row> {
  cell(row: Row): ReactNode;
  csv(row: Row): string | number | null;
  /** How its cells stand: numbers to the right, and names on one line. @default as text */
  as?: 'number' | 'name';
}

/** The columns of a list, by the names that they have in its CSV and in the address. */
export type ListColumns<Row, Name extends string> = Readonly<Record<Name, ListColumn<Row>>>;

/** Rows of a list as a table, and as cards where that is too wide. */
export function ListTable<Row extends { id: string }, Name extends string>({
  columns,
  labels,
  chosen,
  rows,
  label,
}: {
  columns: ListColumns<Row, Name>;
  labels: Readonly<Record<Name, string>>;
  chosen: readonly Name[];
  rows: readonly Row[];
  label: string;
}): ReactNode {
  return (
    <div className={table.scroll}>
      <table className={`${table.table} ${table.cards}`} aria-label={label}>
        <thead>
          <tr>
            {chosen.map((name) => (
              <th key={name} scope="col" className={columns[name].as === 'number' ? table.right : undefined}>
                {labels[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {chosen.map((name) => (
                <td
                  key={name}
                  className={classes[columns[name].as ?? 'text']}
                  data-label={labels[name]}
                  data-empty={columns[name].csv(row) === null || undefined}
                >
                  {columns[name].cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const classes = { number: `${table.right} numbers`, name: table.name, text: table.text };
