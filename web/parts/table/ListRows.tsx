import type { ReactNode } from 'react';
import type { StillList } from '../../live/useStillList.ts';
import { Empty } from '../states/Empty.tsx';
import { Loading } from '../states/Loading.tsx';
import { Problem } from '../states/Problem.tsx';
import { LoadMore } from './LoadMore.tsx';
import frame from './table.module.css';

/** What a view of a list says of it. */
export interface ListTexts {
  noun: string;
  /** Where there is no row at all: what to do to have one. */
  empty: { title: string; text: string; command: string };
  /** Where no row matches the filters. */
  noMatch: { title: string; text: string };
}

/** The rows of a list in their frame, with the way to more; what stands there until they come, and where there are none. */
export function ListRows<Row>({
  list: { rows, error, retry, hasMore, isLoadingMore, loadMore },
  texts: { noun, empty, noMatch },
  hasFilter,
  children,
}: {
  list: StillList<Row>;
  texts: ListTexts;
  hasFilter: boolean;
  children: (rows: readonly Row[]) => ReactNode;
}): ReactNode {
  if (rows === undefined)
    return (
      <div className={frame.frame}>
        {error ? <Problem error={error} onRetry={retry} /> : <Loading rows={12} />}
      </div>
    );
  // A search looks at so many rows at a time, and may have found none yet.
  const isEmpty = rows.length === 0 && !hasMore;
  return (
    <div className={frame.frame}>
      {isEmpty && hasFilter && <Empty {...noMatch} />}
      {isEmpty && !hasFilter && (
        <Empty title={empty.title} text={empty.text}>
          <code>{empty.command}</code>
        </Empty>
      )}
      {rows.length > 0 && children(rows)}
      {!isEmpty && (
        <LoadMore
          shown={rows.length}
          noun={noun}
          hasMore={hasMore}
          isLoading={isLoadingMore}
          onMore={loadMore}
        />
      )}
    </div>
  );
}
