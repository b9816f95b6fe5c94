import type { ReactNode } from 'react';
import type { TaskRowFragment } from '../generated/graphql.ts';
import table from '../parts/table/table.module.css';
import { taskTexts } from '../texts/tasks.ts';
import { type TaskColumnName, taskColumns } from './taskColumns.tsx';

const right: readonly TaskColumnName[] = ['id', 'duration_ms'];
const names: readonly TaskColumnName[] = ['task', 'run_id', 'outputs_uri', 'approver'];

/** Tasks as rows of a table, and as cards where that is too wide. */
export function TaskTable({
  rows,
  columns,
  label,
}: {
  rows: readonly TaskRowFragment[];
  columns: readonly TaskColumnName[];
  label: string;
}): ReactNode {
  const classOf = (column: TaskColumnName) =>
    right.includes(column) ? table.right : names.includes(column) ? table.name : table.text;
  return (
    <table className={`${table.table} ${table.cards}`} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col" className={right.includes(column) ? table.right : undefined}>
              {taskTexts.columns[column]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            {columns.map((column) => (
              <td
                key={column}
                className={classOf(column)}
                data-label={taskTexts.columns[column]}
                data-empty={taskColumns[column].csv(row) === null || undefined}
              >
                {taskColumns[column].cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
