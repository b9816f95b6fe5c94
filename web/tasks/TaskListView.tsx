import { type ReactNode, useMemo } from 'react';
import { TaskPageDocument } from '../generated/graphql.ts';
import { CopyAs } from '../parts/filters/CopyAs.tsx';
import { FilterBar } from '../parts/filters/FilterBar.tsx';
import { useFilters } from '../parts/filters/useFilters.ts';
import { Empty } from '../parts/states/Empty.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { ColumnChoice } from '../parts/table/ColumnChoice.tsx';
import { FreshRows } from '../parts/table/FreshRows.tsx';
import { LoadMore } from '../parts/table/LoadMore.tsx';
import frame from '../parts/table/table.module.css';
import { useColumns } from '../parts/table/useColumns.ts';
import { useLastSearch } from '../shell/lastSearch.ts';
import { useTitle } from '../shell/useTitle.ts';
import { taskTexts } from '../texts/tasks.ts';
import { CsvButton } from './CsvButton.tsx';
import css from './TaskListView.module.css';
import { TaskTable } from './TaskTable.tsx';
import { taskColumnNames, usualTaskColumns } from './taskColumns.tsx';
import { taskFields, taskFilterOf } from './taskFilters.ts';
import { type TaskList, useTaskList } from './useTaskList.ts';

/** `/tasks`: the history of tasks, newest first. */
export function Component(): ReactNode {
  useTitle(taskTexts.title);
  useLastSearch();
  const filters = useFilters(taskFields);
  const { values } = filters;
  const filter = useMemo(() => taskFilterOf(values), [values]);
  const [columns, setColumns] = useColumns(taskColumnNames, usualTaskColumns, 'task');
  const list = useTaskList(filter);
  const variables = { filter, first: 50, after: null };
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
        <CopyAs command="nightshift list" values={values} document={TaskPageDocument} variables={variables} />
        <CsvButton filter={filter} columns={columns} />
      </FilterBar>
      <FreshRows count={list.fresh} noun={taskTexts.noun} onShow={list.showFresh} />
      <div className={frame.frame}>
        <Rows list={list} hasFilter={Object.keys(filter).length > 0}>
          {(rows) => (
            <div className={frame.scroll}>
              <TaskTable rows={rows} columns={columns} label={taskTexts.title} />
            </div>
          )}
        </Rows>
      </div>
    </div>
  );
}

function Rows({
  list: { rows, error, retry, hasMore, isLoadingMore, loadMore },
  hasFilter,
  children,
}: {
  list: TaskList;
  hasFilter: boolean;
  children: (rows: NonNullable<TaskList['rows']>) => ReactNode;
}): ReactNode {
  if (rows === undefined) return error ? <Problem error={error} onRetry={retry} /> : <Loading rows={12} />;
  if (rows.length === 0)
    return hasFilter ? (
      <Empty {...taskTexts.noMatch} />
    ) : (
      <Empty title={taskTexts.empty.title} text={taskTexts.empty.text}>
        <code>{taskTexts.empty.command}</code>
      </Empty>
    );
  return (
    <>
      {children(rows)}
      <LoadMore
        shown={rows.length}
        noun={taskTexts.noun}
        hasMore={hasMore}
        isLoading={isLoadingMore}
        onMore={loadMore}
      />
    </>
  );
}
