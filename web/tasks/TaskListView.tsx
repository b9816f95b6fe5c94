import { type ReactNode, useMemo } from 'react';
import { ask } from '../data/ask.ts';
import { TaskPageDocument } from '../generated/graphql.ts';
import { CopyAs } from '../parts/filters/CopyAs.tsx';
import { FilterBar } from '../parts/filters/FilterBar.tsx';
import { useFilters } from '../parts/filters/useFilters.ts';
import { ColumnChoice } from '../parts/table/ColumnChoice.tsx';
import { FreshRows } from '../parts/table/FreshRows.tsx';
import { ListCsv } from '../parts/table/ListCsv.tsx';
import { ListRows } from '../parts/table/ListRows.tsx';
import { ListTable } from '../parts/table/ListTable.tsx';
import { useColumns } from '../parts/table/useColumns.ts';
import { useLastSearch } from '../shell/lastSearch.ts';
import { useTitle } from '../shell/useTitle.ts';
import { taskTexts } from '../texts/tasks.ts';
import css from './TaskListView.module.css';
import { taskColumnNames, taskColumns, usualTaskColumns } from './taskColumns.tsx';
import { taskFields, taskFilterOf } from './taskFilters.ts';
import { useTaskList } from './useTaskList.ts';

/** `/tasks`: the history of tasks, newest first. */
export function Component(): ReactNode {
  useTitle(taskTexts.title);
  useLastSearch();
  const filters = useFilters(taskFields);
  const { values } = filters;
  const filter = useMemo(() => taskFilterOf(values), [values]);
  const [columns, setColumns] = useColumns(taskColumnNames, usualTaskColumns, 'task');
  const list = useTaskList(filter);
  return (
    <div className={css.view}>
      <h1>{taskTexts.title}</h1>
      <FilterBar fields={taskFields} filters={filters}>
        <ColumnChoice
          columns={taskColumnNames}
          labels={taskTexts.columns}
          chosen={columns}
          fixed="task"
          onChange={setColumns}
        />
        <CopyAs
          command="nightshift list"
          fields={taskFields}
          values={values}
          document={TaskPageDocument}
          variables={{ filter, first: 50, after: null }}
        />
        <ListCsv
          file="tasks.csv"
          columns={taskColumns}
          chosen={columns}
          readPage={async (after) => (await ask(TaskPageDocument, { filter, first: 200, after })).tasks}
        />
      </FilterBar>
      {values.text.length > 0 && values.since.length === 0 && <p className="muted">{taskTexts.textRange}</p>}
      <FreshRows count={list.fresh} noun={taskTexts.noun} onShow={list.showFresh} />
      <ListRows list={list} texts={taskTexts} hasFilter={Object.keys(filter).length > 0}>
        {(rows) => (
          <ListTable
            columns={taskColumns}
            labels={taskTexts.columns}
            chosen={columns}
            rows={rows}
            label={taskTexts.title}
          />
        )}
      </ListRows>
    </div>
  );
}
