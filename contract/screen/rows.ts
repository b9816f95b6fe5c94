import { isLong, newRow, type Row, type ShownRow, textOf } from './row.ts';

/** What is done with rows that are complete. */
export interface RowListeners {
  /** What is made of a row before it is handed out; `isDrawn` where its text did not come in one piece. */
  finish?(text: string, isDrawn: boolean): string;
  /** Takes each row with its line end; what it shows may change afterwards. */
  onRow?(row: ShownRow): void;
  /** Takes the text of each row with its line end, and again when something was drawn on it meanwhile. */
  onLine?(line: string): void;
}

/** So many rows can be drawn on again, as on a tall terminal. */
const mostRows = 100;

/** Keeps the last rows of a screen, and hands out each one as soon as it is complete. */
export function keepRows({ finish = (text) => text, onRow, onLine }: RowListeners) {
  const rows: Row[] = [newRow()];
  let changed = 0;
  let gone: string | undefined;

  const finished = (row: Row) => finish(textOf(row), row.isDrawn);

  function show(row: Row): void {
    const text = finished(row);
    row.shown = { text };
    onRow?.(row.shown);
    onLine?.(text);
  }

  /** Hands out again what was drawn on since. */
  function settle(): void {
    if (changed === 0) return;
    changed = 0;
    for (const row of rows) {
      if (!row.isChanged || row.shown === undefined) continue;
      row.isChanged = false;
      const text = finished(row);
      if (text === row.shown.text) continue;
      row.shown.text = text;
      if (text !== '') onLine?.(text);
    }
  }

  function forget(many: number): void {
    gone = rows.splice(0, many).findLast(isWritten)?.shown?.text ?? gone;
  }

  /** Takes away rows that something was erased of. */
  const hide = (some: readonly Row[]) => {
    for (const { shown } of some) if (shown !== undefined) shown.text = null;
  };

  return {
    count: () => rows.length,
    at: (place: number): Row => {
      const row = rows[place] ?? newRow();
      rows[place] = row;
      return row;
    },
    /** The place of the highest row that is in reach. */
    top: () => Math.max(0, rows.length - mostRows),
    placeOf: (row: Row) => rows.indexOf(row),
    from: (place: number): readonly Row[] => rows.slice(place),
    /** Notes that something of a row has changed. */
    note(row: Row): void {
      if (row.shown === undefined || row.isChanged) return;
      row.isChanged = true;
      changed++;
    },
    settle,
    /** Hands out a row whose line end has come. */
    complete(row: Row): void {
      settle();
      if (row.shown === undefined) show(row);
    },
    /** Begins a row below the lowest one; what is above it is out of reach where it has become too much. */
    begin(after: Row, isFresh: boolean): void {
      if (isFresh || isLong(after)) forget(rows.length);
      else if (rows.length >= 2 * mostRows) forget(rows.length + 1 - mostRows);
      rows.push(newRow());
    },
    /**
     * Hands out the lines of a text from one place to another, which are out of reach as soon as they are written, before
     * the lowest row; up to one that is too long. Gives the place behind them.
     */
    pass(text: string, from: number, to: number, longest: number): number {
      forget(rows.length - 1);
      let next = from;
      for (
        let end = text.indexOf('\n', from);
        next < to && end - next <= longest;
        end = text.indexOf('\n', next)
      ) {
        const line = finish(text.slice(next, end), false);
        onRow?.({ text: line });
        onLine?.(line);
        if (line.trim() !== '') gone = line;
        next = end + 1;
      }
      return next;
    },
    cutBelow: (place: number) => hide(rows.splice(place + 1)),
    /** Hands out what is left, once nothing more comes; blank rows at the end are none. */
    end(place: number): void {
      settle();
      const lowest = rows.at(-1);
      if (lowest !== undefined && lowest.shown === undefined && finished(lowest) !== '') show(lowest);
      const blank = rows.slice(place).reverse();
      const written = blank.findIndex(({ shown }) => shown?.text);
      hide(written === -1 ? blank : blank.slice(0, written));
    },
    /** The lowest row that is not blank. */
    bottom: () => rows.findLast(isWritten)?.shown?.text ?? gone,
  };
}

/** The line end before the rows that are in reach once a text is written; -1 where all of it stays in reach. */
export function lastOutOfReach(text: string): number {
  let end = text.length;
  for (let row = 0; row <= mostRows && end > 0; row++) end = text.lastIndexOf('\n', end - 1);
  return end > 0 ? end : -1;
}

function isWritten({ shown }: Row): boolean {
  return shown?.text != null && shown.text.trim() !== '';
}
