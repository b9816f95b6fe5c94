import { type ReactNode, useMemo } from 'react';
import { ask } from '../data/ask.ts';
import { RunPageDocument } from '../generated/graphql.ts';
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
import { runTexts } from '../texts/runs.ts';
import { runColumnNames, runColumns, usualRunColumns } from './runColumns.tsx';
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
  const [columns, setColumns] = useColumns(runColumnNames, usualRunColumns, 'run_id');
  const list = useRunList(filter);
  return (
    <div className={css.view}>
      <h1>{runTexts.title}</h1>
      <FilterBar fields={runFields} filters={filters} time={runTexts.columns.created_at}>
        <ColumnChoice
          columns={runColumnNames}
          labels={runTexts.columns}
          chosen={columns}
          fixed="run_id"
          onChange={setColumns}
        />
        <CopyAs
          command="nightshift runs"
          fields={runFields}
          values={values}
          document={RunPageDocument}
          variables={{ filter, first: 50, after: null }}
        />
        <ListCsv
          file="runs.csv"
          columns={runColumns}
          chosen={columns}
          readPage={async (after) => (await ask(RunPageDocument, { filter, first: 200, after })).runs}
        />
      </FilterBar>
      <FreshRows count={list.fresh} noun={runTexts.noun} onShow={list.showFresh} />
      <ListRows list={list} texts={runTexts} hasFilter={Object.keys(filter).length > 0}>
        {(rows) => (
          <ListTable
            columns={runColumns}
            labels={runTexts.columns}
            chosen={columns}
            rows={rows}
            label={runTexts.title}
          />
        )}
      </ListRows>
    </div>
  );
}
