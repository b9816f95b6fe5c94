import { type ReactNode, useState } from 'react';
import { ask } from '../data/ask.ts';
import { writeCsv } from '../format/csv.ts';
import {
  type TaskFilter,
  TaskPageDocument,
  type TaskPageQuery,
  type TaskRowFragment,
} from '../generated/graphql.ts';
import { announce } from '../parts/announce.ts';
import { filterTexts } from '../texts/parts.ts';
import { type TaskColumnName, taskColumns } from './taskColumns.tsx';

const most = 10_000;
const pageSize = 200;

/** Saves all tasks of a view with its columns, not only those that are loaded. */
export function CsvButton({
  filter,
  columns,
}: {
  filter: TaskFilter;
  columns: readonly TaskColumnName[];
}): ReactNode {
  const [count, setCount] = useState<number>();
  const run = async () => {
    setCount(0);
    try {
      const { rows, isCut } = await readAll(filter, setCount);
      save(
        writeCsv(
          columns,
          rows.map((row) => columns.map((column) => String(taskColumns[column].csv(row) ?? ''))),
        ),
      );
      if (isCut) announce(filterTexts.csvCut(most));
    } catch {
      announce(filterTexts.csvFailed);
    } finally {
      setCount(undefined);
    }
  };
  return (
    <button type="button" disabled={count !== undefined} onClick={() => void run()}>
      {count === undefined ? filterTexts.csv : filterTexts.csvBusy(count)}
    </button>
  );
}

async function readAll(
  filter: TaskFilter,
  onCount: (count: number) => void,
): Promise<{ rows: TaskRowFragment[]; isCut: boolean }> {
  const rows: TaskRowFragment[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo } = await readPage(filter, after);
    rows.push(...nodes);
    onCount(rows.length);
    const { hasNextPage, endCursor } = pageInfo;
    if (!hasNextPage || endCursor === null || rows.length >= most) return { rows, isCut: hasNextPage };
    after = endCursor;
  }
}

async function readPage(filter: TaskFilter, after: string | null): Promise<TaskPageQuery['tasks']> {
  return (await ask(TaskPageDocument, { filter, first: pageSize, after })).tasks;
}

function save(csv: string): void {
  const url = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'tasks.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
