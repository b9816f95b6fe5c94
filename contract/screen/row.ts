import {
  appendTo,
  type BoundedLine,
  defaultLineLimits,
  emptyLine,
  type LineLimits,
  renderLine,
} from '../text/boundedLine.ts';
import { type Cells, draw, seen } from './cells.ts';

/** A row as it is seen now; null once it was taken away. */
export interface ShownRow {
  readonly text: string | null;
}

/** One row of a screen: a line that grows, until something is drawn on it. */
export interface Row {
  line: BoundedLine;
  /** Its columns, once the cursor has moved in it. */
  cells?: Cells | undefined;
  /** Characters that take no column: the addresses of links. */
  hidden: number;
  /** Whether what it shows may be made of texts that did not come one after the other. */
  isDrawn: boolean;
  /** Whether the cursor has gone back in it: blanks at its end are not seen from then on. */
  isTrimmed: boolean;
  /** What was handed out of it, once its line end came. */
  shown?: { text: string | null };
  /** Whether it has changed since. */
  isChanged: boolean;
}

/** Nobody draws on rows with more columns; such ones can only be begun again. */
export const mostColumns = 1024;
const mostHidden = 4096;

export function newRow(): Row {
  return { line: emptyLine, hidden: 0, isDrawn: false, isTrimmed: false, isChanged: false };
}

/** Says whether a row is too long to be drawn on. */
export function isLong({ cells, line }: Row): boolean {
  return cells === undefined && (line.dropped > 0 || line.head.length + line.tail.length > mostColumns);
}

export function isEmpty({ cells, line }: Row): boolean {
  return cells === undefined && line.head === '';
}

export function textOf({ cells, line, isTrimmed }: Row): string {
  if (cells !== undefined) return seen(cells);
  return isTrimmed ? renderLine(line).trimEnd() : renderLine(line);
}

/** Gives the columns of a row; undefined where it is too long for that. */
export function columnsOf(row: Row): Cells | undefined {
  if (isLong(row)) return undefined;
  row.isTrimmed = true;
  if (row.cells === undefined) {
    row.cells = [];
    draw(row.cells, 0, row.line.head + row.line.tail, mostColumns * 8);
    row.line = emptyLine;
  }
  return row.cells;
}

/** Leaves nothing of a row. */
export function clear(row: Row): void {
  row.cells = undefined;
  row.line = emptyLine;
  row.hidden = 0;
  row.isDrawn = false;
  row.isTrimmed = false;
}

/** Adds text at the end of a row; gives up its columns. */
export function append(row: Row, text: string, limits: LineLimits = defaultLineLimits): void {
  if (row.cells !== undefined) {
    row.line = appendTo(emptyLine, row.cells.join(''), limits);
    row.cells = undefined;
  }
  row.line = appendTo(row.line, text, limits);
}

/**
 * Writes text into a row from a column on; undefined stands for its end. Gives the column behind it, and undefined where
 * that is the end of a row that grows.
 */
export function write(
  row: Row,
  column: number | undefined,
  text: string,
  limits: LineLimits,
): number | undefined {
  const from = isEmpty(row) && column === 0 ? undefined : column;
  if (row.cells === undefined && from === undefined) {
    append(row, text, limits);
    return undefined;
  }
  if (from === 0 && (isLong(row) || coversAll(row, text))) {
    clear(row);
    row.isTrimmed = true;
    append(row, text, limits);
    return undefined;
  }
  const cells = columnsOf(row);
  if (cells === undefined) {
    append(row, text, limits);
    return undefined;
  }
  row.isDrawn = true;
  const drawn = draw(cells, from ?? cells.length, text, mostColumns);
  if (drawn.rest === '') return drawn.column;
  append(row, drawn.rest, limits);
  return undefined;
}

/** Sets what belongs to a column without taking one, behind its character. */
export function attach(row: Row, column: number | undefined, text: string, limits: LineLimits): void {
  const cells = columnsOf(row);
  let last = Math.min(column ?? Number.POSITIVE_INFINITY, cells?.length ?? 0) - 1;
  while (last > 0 && cells?.[last] === '') last--;
  row.hidden += text.length;
  if (cells?.[last] === undefined || row.hidden > mostHidden) append(row, text, limits);
  else cells[last] += text;
}

/** Most progress bars begin a row of plain letters again with one that is as long. */
function coversAll({ cells, line }: Row, text: string): boolean {
  const isPlain = /^[ -~]*$/;
  return (
    cells === undefined && text.length >= line.head.length && isPlain.test(text) && isPlain.test(line.head)
  );
}
