import type { ReactNode } from 'react';
import { filterTexts } from '../../texts/parts.ts';
import { PopupButton } from '../popup/PopupButton.tsx';
import css from './table.module.css';

/** Chooses the columns of a table. */
export function ColumnChoice<Column extends string>({
  columns,
  labels,
  chosen,
  fixed,
  onChange,
}: {
  columns: readonly Column[];
  labels: Readonly<Record<Column, string>>;
  chosen: readonly Column[];
  /** The column that always stays: its cells lead to the rows' own pages. */
  fixed: Column;
  onChange: (chosen: Column[]) => void;
}): ReactNode {
  return (
    <PopupButton label={filterTexts.columns}>
      <fieldset className={css.choice}>
        <legend className="hidden">{filterTexts.columns}</legend>
        {columns.map((column) => (
          <label key={column}>
            <input
              type="checkbox"
              checked={chosen.includes(column)}
              disabled={column === fixed}
              onChange={({ target }) =>
                onChange(columns.filter((one) => (one === column ? target.checked : chosen.includes(one))))
              }
            />
            {labels[column]}
          </label>
        ))}
      </fieldset>
    </PopupButton>
  );
}
