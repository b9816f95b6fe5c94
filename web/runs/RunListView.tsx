import { type ReactNode, useMemo } from 'react';
import { RunPageDocument } from '../generated/graphql.ts';
import { CopyAs } from '../parts/filters/CopyAs.tsx';
import { FilterBar } from '../parts/filters/FilterBar.tsx';
import { useFilters } from '../parts/filters/useFilters.ts';
import { Empty } from '../parts/states/Empty.tsx';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { FreshRows } from '../parts/table/FreshRows.tsx';
import { LoadMore } from '../parts/table/LoadMore.tsx';
import frame from '../parts/table/table.module.css';
import { useLastSearch } from '../shell/lastSearch.ts';
import { useTitle } from '../shell/useTitle.ts';
import { runTexts } from '../texts/runs.ts';
import { RunTable } from './RunTable.tsx';
import { runFields, runFilterOf } from './runFilters.ts';
import css from './runs.module.css';
import { useRunList } from './useRunList.ts';

/** `/runs`: all runs, newest first. */
export function Component(): ReactNode {
  useTitle(runTexts.title);
  useLastSearch();
  const filters = useFilters(runFields);
  const { values } = filters;
  const filter = useMemo(() => runFilterOf(values), [values]);
  const list = useRunList(filter);
  const { rows, error } = list;
  return (
    <div className={css.view}>
      <h1>{runTexts.title}</h1>
      <FilterBar fields={runFields} filters={filters} time={runTexts.columns.created}>
        <CopyAs
          command="nightshift runs"
          values={values}
          document={RunPageDocument}
          variables={{ filter, first: 50, after: null }}
        />
      </FilterBar>
      <FreshRows count={list.fresh} noun={runTexts.noun} onShow={list.showFresh} />
      <div className={frame.frame}>
        {rows === undefined &&
          (error ? <Problem error={error} onRetry={list.retry} /> : <Loading rows={12} />)}
        {rows?.length === 0 && Object.keys(filter).length > 0 && <Empty {...runTexts.noMatch} />}
        {rows?.length === 0 && Object.keys(filter).length === 0 && (
          <Empty title={runTexts.empty.title} text={runTexts.empty.text}>
            <code>{runTexts.empty.command}</code>
          </Empty>
        )}
        {rows !== undefined && rows.length > 0 && (
          <>
            <RunTable rows={rows} label={runTexts.title} />
            <LoadMore
              shown={rows.length}
              noun={runTexts.noun}
              hasMore={list.hasMore}
              isLoading={list.isLoadingMore}
              onMore={list.loadMore}
            />
          </>
        )}
      </div>
    </div>
  );
}
