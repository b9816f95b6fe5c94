import type { ReactNode } from 'react';
import { Loading } from '../parts/states/Loading.tsx';
import { Problem } from '../parts/states/Problem.tsx';
import { LoadMore } from '../parts/table/LoadMore.tsx';
import { type Column, Table } from '../parts/table/Table.tsx';
import css from './settings.module.css';
import type { Pages } from './usePages.ts';

/** A list that is read page by page, with what stands there until it is, and where it cannot be. */
export function PagedTable<Row>({
  list,
  columns,
  keyOf,
  label,
  noun,
  nouns,
  none,
}: {
  list: Pages<Row>;
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  label: string;
  noun: string;
  nouns?: string;
  none: ReactNode;
}): ReactNode {
  const { rows, error, hasMore, isLoadingMore, loadMore, readAgain } = list;
  if (rows === undefined) return error ? <Problem error={error} onRetry={readAgain} /> : <Loading rows={4} />;
  if (rows.length === 0) return <div className="muted">{none}</div>;
  return (
    <div className={css.list}>
      <Table columns={columns} rows={rows} keyOf={keyOf} label={label} none="" />
      <div className={css.end}>
        <LoadMore
          shown={rows.length}
          noun={noun}
          nouns={nouns}
          hasMore={hasMore}
          isLoading={isLoadingMore}
          onMore={loadMore}
        />
      </div>
    </div>
  );
}
