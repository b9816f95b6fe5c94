import { type ReactNode, useState } from 'react';
import { writeCsv } from '../../format/csv.ts';
import { filterTexts } from '../../texts/parts.ts';
import { announce } from '../announce.ts';
import { saveFile } from '../saveFile.ts';
import type { ListColumns } from './ListTable.tsx';

const most = 10_000;

/** A page of rows as the API gives it. */
interface Page<Row> {
  nodes: readonly Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Saves all rows of a view with its columns, not only those that are loaded. */
export function ListCsv<Row, Name extends string>({
  file,
  columns,
  chosen,
  readPage,
}: {
  /** What the file is called, e.g. `tasks.csv`. */
  file: string;
  columns: ListColumns<Row, Name>;
  chosen: readonly Name[];
  /** Reads up to 200 rows after a cursor. */
  readPage(after: string | null): Promise<Page<Row>>;
}): ReactNode {
  const [count, setCount] = useState<number>();
  const [said, setSaid] = useState('');
  const say = (text: string) => {
    setSaid(text);
    announce(text);
  };
  const run = async () => {
    setCount(0);
    setSaid('');
    try {
      const { rows, isCut } = await readAll(readPage, setCount);
      const lines = rows.map((row) => chosen.map((name) => String(columns[name].csv(row) ?? '')));
      saveFile(file, new Blob([writeCsv(chosen, lines)], { type: 'text/csv;charset=utf-8' }));
      if (isCut) say(filterTexts.csvCut(most));
    } catch {
      say(filterTexts.csvFailed);
    } finally {
      setCount(undefined);
    }
  };
  return (
    <>
      <button type="button" disabled={count !== undefined} onClick={() => void run()}>
        {count === undefined ? filterTexts.csv : filterTexts.csvBusy(count)}
      </button>
      {said !== '' && <span className="muted">{said}</span>}
    </>
  );
}

async function readAll<Row>(
  readPage: (after: string | null) => Promise<Page<Row>>,
  onCount: (count: number) => void,
): Promise<{ rows: Row[]; isCut: boolean }> {
  const rows: Row[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo }: Page<Row> = await readPage(after);
    rows.push(...nodes);
    onCount(rows.length);
    const { hasNextPage, endCursor } = pageInfo;
    if (!hasNextPage || endCursor === null || rows.length >= most) return { rows, isCut: hasNextPage };
    after = endCursor;
  }
}
